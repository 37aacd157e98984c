import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  getIntrospectionQuery,
  type GraphQLSchema,
  Kind,
  parse,
  visit,
} from 'graphql';
import { type CostLimits, insistOn } from './limits.ts';
import { Scale } from './weigh.ts';
import type { Weight } from './weight.ts';

/** Everything that explorers ask of a schema. */
const STANDARD_INTROSPECTION = parse(
  getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  }),
);

/**
 * Makes the check that a document passes before it is validated. It takes time in proportion to the document's length
 * and the limits. Apollo's own `maxRecursiveSelections` counts selections alone, and while validation is under way.
 * @returns a function that throws {TooComplex}
 */
export function createCostCheck(schema: GraphQLSchema, limits: CostLimits): (document: DocumentNode) => void {
  // An explorer's whole query, twice over: introspection has no lists with a length to it, only the schema's size.
  const [standard] = weights(STANDARD_INTROSPECTION, schema, limits);
  const mostIntrospected = 2 * (standard?.introspected ?? 0);

  return (document) => {
    insistOn(document.definitions.length, limits.definitions);
    insistOnWriting(document, limits);
    for (const weight of weights(document, schema, limits)) {
      insistOn(weight.objectsOf(limits.lengths.list), limits.objects);
      insistOn(weight.introspected, mostIntrospected);
    }
  };
}

/** What each operation weighs, and each fragment too: validation looks at those that nobody spreads as well. */
function weights(document: DocumentNode, schema: GraphQLSchema, limits: CostLimits): Weight[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const scale = new Scale(schema, limits, fragments);
  return document.definitions.flatMap((definition) => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return scale.fragment(definition.name.value, 1);
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    return scale.selection(definition.selectionSet, schema.getRootType(definition.operation) ?? undefined, 1);
  });
}

/** What is counted as it is written: directives, variables, and how deep values and types nest. */
function insistOnWriting(document: DocumentNode, limits: CostLimits): void {
  let directives = 0;
  let nesting = 0;
  // graphql-js walks without recursion: no depth is too much for it.
  visit(document, {
    enter(node) {
      if ('directives' in node) {
        insistOn(node.directives?.length ?? 0, limits.directives.place);
        insistOn((directives += node.directives?.length ?? 0), limits.directives.document);
      }
      if ('variableDefinitions' in node) insistOn(node.variableDefinitions?.length ?? 0, limits.variables);
      if (nests(node)) insistOn(++nesting, limits.values.depth);
    },
    leave(node) {
      if (nests(node)) nesting--;
    },
  });
}

function nests({ kind }: ASTNode): boolean {
  return kind === Kind.LIST || kind === Kind.OBJECT || kind === Kind.LIST_TYPE;
}

/**
 * Counts the values of variables before anything coerces them.
 * @throws {TooComplex}
 */
export function insistOnVariables(variables: Readonly<Record<string, unknown>>, { values }: CostLimits): void {
  const waiting: { readonly value: object; readonly depth: number }[] = [{ value: variables, depth: 0 }];
  let entries = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    insistOn(next.depth, values.depth);
    for (const value of Object.values(next.value)) {
      insistOn(++entries, values.entries);
      if (typeof value === 'object' && value !== null) waiting.push({ value, depth: next.depth + 1 });
    }
  }
}
