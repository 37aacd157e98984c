import {
  type ConstDirectiveNode,
  getDirectiveValues,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { type AccessDirective, DEFAULT_OWNER_FIELD, ACCESS_DIRECTIVES } from './directives.ts';
import { locationOf, type FileLocation } from './schema-problem.ts';
import type { Rule, ScopeLists } from './rule.ts';

/** The kinds of schema element that the schema rules distinguish. */
export type ElementKind = 'type' | 'field' | 'argument' | 'input field' | 'other';

/** A schema element with its directives and access rules. */
export interface SchemaElement {
  readonly coordinate: string;
  readonly kind: ElementKind;
  readonly location: FileLocation | null;
  /** Every directive applied to it, in its definition and its extensions. */
  readonly directives: readonly ConstDirectiveNode[];
  /** The access directives with valid arguments. */
  readonly rules: readonly Rule[];
  /** The access directives with invalid arguments. */
  readonly invalidDirectives: readonly { readonly node: ConstDirectiveNode; readonly message: string }[];
}

interface AnnotatedNode {
  readonly astNode?: AstNode | null | undefined;
  readonly extensionASTNodes?: readonly AstNode[] | undefined;
}
interface AstNode {
  readonly kind: string;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Returns, by coordinate, every schema element that can carry a directive, except introspection types. */
export function readElements(schema: GraphQLSchema): ReadonlyMap<string, SchemaElement> {
  const elements = new Map<string, SchemaElement>();
  const add = (coordinate: string, kind: ElementKind, annotated: AnnotatedNode) =>
    elements.set(coordinate, readElement(schema, coordinate, kind, annotated));

  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    add(type.name, isObjectType(type) || isInterfaceType(type) ? 'type' : 'other', type);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        add(`${type.name}.${field.name}`, 'field', field);
        for (const argument of field.args) add(`${type.name}.${field.name}(${argument.name}:)`, 'argument', argument);
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) add(`${type.name}.${field.name}`, 'input field', field);
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) add(`${type.name}.${value.name}`, 'other', value);
    }
  }
  for (const directive of schema.getDirectives()) {
    if (directive.astNode || directive.extensionASTNodes?.length) add(`@${directive.name}`, 'other', directive);
    for (const argument of directive.args)
      if (argument.astNode) add(`@${directive.name}(${argument.name}:)`, 'other', argument);
  }
  if (schema.astNode || schema.extensionASTNodes.length > 0) add('schema', 'other', schema);
  return elements;
}

function readElement(
  schema: GraphQLSchema,
  coordinate: string,
  kind: ElementKind,
  annotated: AnnotatedNode,
): SchemaElement {
  const nodes = [annotated.astNode, ...(annotated.extensionASTNodes ?? [])].filter((node) => node != null);
  const rules: Rule[] = [];
  const invalidDirectives: { node: ConstDirectiveNode; message: string }[] = [];
  for (const node of nodes) {
    for (const name of ACCESS_DIRECTIVES) {
      const directive = node.directives?.find((application) => application.name.value === name);
      const definition = schema.getDirective(name);
      if (directive === undefined || definition == null) continue;
      try {
        // SDL validation does not check argument values (`roles: [ADMN]` passes): getDirectiveValues throws.
        const values = getDirectiveValues(definition, { directives: [directive] }) ?? {};
        rules.push(toRule(name, values, coordinate, kind, locationOf(directive)));
      } catch (error) {
        invalidDirectives.push({ node: directive, message: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return {
    coordinate,
    kind,
    location: locationOf(nodes[0] as Parameters<typeof locationOf>[0]),
    directives: nodes.flatMap((node) => node.directives ?? []),
    rules,
    invalidDirectives,
  };
}

function toRule(
  name: AccessDirective,
  values: Readonly<Record<string, unknown>>,
  coordinate: string,
  kind: ElementKind,
  location: FileLocation | null,
): Rule {
  const base = { coordinate, location };
  switch (name) {
    case 'public':
      return { ...base, kind: 'public', reason: String(values['reason']) };
    case 'auth':
      return {
        ...base,
        kind: 'auth',
        roles: (values['roles'] as readonly string[] | null | undefined) ?? null,
        maxAge: (values['maxAge'] as number | null | undefined) ?? null,
        emailVerified: values['emailVerified'] === true,
        scopes: (values['scopes'] as ScopeLists | null | undefined) ?? null,
        onRefusal: values['onRefusal'] === 'NULL' ? 'NULL' : 'REJECT',
      };
    case 'owner': {
      const isInputValue = kind === 'argument' || kind === 'input field';
      const orRoles = (values['orRoles'] as readonly string[] | null | undefined) ?? [];
      const field = (values['field'] as string | null | undefined) ?? DEFAULT_OWNER_FIELD;
      return { ...base, kind: 'owner', field: isInputValue ? null : field, orRoles };
    }
  }
}
