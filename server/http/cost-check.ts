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
import { type CostLimits, assertWithinLimit } from './cost-limits.ts';
import { CostAnalyzer, type SelectionCost } from './cost-analyzer.ts';

/** The largest introspection query of explorers. */
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
 * Creates the check of a document that runs before validation. Its time is proportional to the length of the document and
 * to the limits. Apollo's `maxRecursiveSelections` counts only selections, and only during validation.
 * @returns a function that throws {TooComplex}
 */
export function createCostCheck(schema: GraphQLSchema, limits: CostLimits): (document: DocumentNode) => void {
  // Twice an explorer's whole query: the lists of introspection have no `first`, only the size of the schema.
  const [standardCost] = definitionCosts(STANDARD_INTROSPECTION, schema, limits);
  const maxIntrospectionObjects = 2 * (standardCost?.introspectionObjects ?? 0);

  return (document) => {
    assertWithinLimit(document.definitions.length, limits.definitions);
    assertSyntaxWithinLimits(document, limits);
    for (const cost of definitionCosts(document, schema, limits)) {
      assertWithinLimit(cost.totalObjects(limits.listSizes.assumed), limits.objects);
      assertWithinLimit(cost.introspectionObjects, maxIntrospectionObjects);
    }
  };
}

/** Returns the cost of each operation and each fragment: validation visits unused fragments too. */
function definitionCosts(document: DocumentNode, schema: GraphQLSchema, limits: CostLimits): SelectionCost[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const analyzer = new CostAnalyzer(schema, limits, fragments);
  return document.definitions.flatMap((definition) => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return analyzer.costOfFragment(definition.name.value, 1);
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    return analyzer.costOfSelection(definition.selectionSet, schema.getRootType(definition.operation) ?? undefined, 1);
  });
}

/** Checks the limits on syntax: directives, variables, and the nesting of values and types. */
function assertSyntaxWithinLimits(document: DocumentNode, limits: CostLimits): void {
  let directives = 0;
  let nesting = 0;
  // `visit` of graphql-js is not recursive: deep nesting does not overflow the stack.
  visit(document, {
    enter(node) {
      if ('directives' in node) {
        assertWithinLimit(node.directives?.length ?? 0, limits.directives.location);
        assertWithinLimit((directives += node.directives?.length ?? 0), limits.directives.document);
      }
      if ('variableDefinitions' in node) assertWithinLimit(node.variableDefinitions?.length ?? 0, limits.variables);
      if (isNestingNode(node)) assertWithinLimit(++nesting, limits.values.depth);
    },
    leave(node) {
      if (isNestingNode(node)) nesting--;
    },
  });
}

function isNestingNode({ kind }: ASTNode): boolean {
  return kind === Kind.LIST || kind === Kind.OBJECT || kind === Kind.LIST_TYPE;
}

/**
 * Checks the limits on the values of variables, before graphql-js coerces them.
 * @throws {TooComplex}
 */
export function assertVariablesWithinLimits(
  variables: Readonly<Record<string, unknown>>,
  { values }: CostLimits,
): void {
  const pending: { readonly value: object; readonly depth: number }[] = [{ value: variables, depth: 0 }];
  let entries = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    assertWithinLimit(next.depth, values.depth);
    for (const value of Object.values(next.value)) {
      assertWithinLimit(++entries, values.entries);
      if (typeof value === 'object' && value !== null) pending.push({ value, depth: next.depth + 1 });
    }
  }
}
