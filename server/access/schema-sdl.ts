import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
  print,
  printSchema,
  printType,
  visit,
} from 'graphql';
import type { AccessViewer } from './access-viewer.ts';
import { ACCESS_DIRECTIVES } from './directives.ts';
import { createIntrospectionSchemas } from './introspection-schema.ts';
import type { Policy } from './policy.ts';
import { readElements } from './schema-elements.ts';

/** The schema as each viewer may see it. */
export interface SchemaSdl {
  /**
   * Returns the SDL of what introspection shows to a viewer, with the access directives that are on it and their
   * definitions. Without a field for this viewer, the query type is empty, which is not valid SDL.
   */
  sdlFor(viewer: AccessViewer | null): string;
  /** Whether a viewer sees every field and input field that another viewer sees. */
  seesAllOf(viewer: AccessViewer | null, other: AccessViewer | null): boolean;
}

/** Creates the SDL of a policy's schema for each viewer. Each text is built on first use. */
export function createSchemaSdl(policy: Policy): SchemaSdl {
  const schemaFor = createIntrospectionSchemas(policy);
  const texts = new WeakMap<GraphQLSchema, string>();
  return {
    sdlFor(viewer) {
      const schema = schemaFor(viewer);
      const text = texts.get(schema) ?? printWithAccessDirectives(policy.schema, schema);
      texts.set(schema, text);
      return text;
    },
    seesAllOf(viewer, other) {
      const visible = schemaFor(viewer);
      return Object.values(schemaFor(other).getTypeMap()).every((type) => {
        const own = visible.getType(type.name);
        if (!hasFields(type)) return own !== undefined;
        const ownFields = hasFields(own) ? own.getFields() : null;
        return ownFields !== null && Object.keys(type.getFields()).every((field) => Object.hasOwn(ownFields, field));
      });
    },
  };
}

function hasFields(type: GraphQLNamedType | undefined) {
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
}

/** Prints the visible part of a schema. graphql-js prints no directives of ours: they are added from the schema's SDL. */
function printWithAccessDirectives(schema: GraphQLSchema, visible: GraphQLSchema): string {
  const elements = readElements(schema);
  const used = new Set<string>();
  const directivesOf = (coordinate: string): readonly ConstDirectiveNode[] => {
    const access = (elements.get(coordinate)?.directives ?? []).filter(({ name }) =>
      ACCESS_DIRECTIVES.some((directive) => directive === name.value),
    );
    for (const { name } of access) used.add(name.value);
    return access;
  };
  const document = parse(printSchema(visible), { noLocation: true });
  const definitions = document.definitions.map((definition) => {
    if (!('name' in definition) || definition.name === undefined) return definition;
    const type = definition.name.value;
    const coordinates: string[] = [];
    const withDirectives = <T extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(
      node: T,
      coordinate: string,
    ): T => ({ ...node, directives: [...(node.directives ?? []), ...directivesOf(coordinate)] });
    return visit(definition, {
      enter(node) {
        if (node.kind === Kind.FIELD_DEFINITION) coordinates.push(`${type}.${node.name.value}`);
      },
      leave(node) {
        switch (node.kind) {
          case Kind.OBJECT_TYPE_DEFINITION:
          case Kind.INTERFACE_TYPE_DEFINITION:
            return withDirectives(node, type);
          case Kind.FIELD_DEFINITION:
            return withDirectives(node, coordinates.pop() ?? '');
          case Kind.INPUT_VALUE_DEFINITION: {
            const field = coordinates.at(-1);
            const name = node.name.value;
            return withDirectives(node, field === undefined ? `${type}.${name}` : `${field}(${name}:)`);
          }
          default:
            return undefined;
        }
      },
    });
  });
  return `${print({ kind: Kind.DOCUMENT, definitions: [...directiveDefinitions(schema, visible, used), ...definitions] } satisfies DocumentNode)}\n`;
}

/** Returns the definitions of directives, and of the types of their arguments that the visible schema lacks. */
function directiveDefinitions(
  schema: GraphQLSchema,
  visible: GraphQLSchema,
  names: ReadonlySet<string>,
): readonly DefinitionNode[] {
  const directives = schema.getDirectives().filter(({ name }) => names.has(name));
  const types = new Set(directives.flatMap(({ args }) => args.map(({ type }) => getNamedType(type))));
  const hidden = [...types].filter((type) => !isSpecifiedScalarType(type) && visible.getType(type.name) === undefined);
  return [
    ...directives.flatMap(({ astNode }) => astNode ?? []),
    ...hidden.flatMap((type) => parse(printType(type), { noLocation: true }).definitions),
  ];
}
