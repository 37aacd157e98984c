import { type GraphQLSchema, type OperationDefinitionNode, parse, Source, validate } from 'graphql';
import { type CheckOptions, checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { authorize, type Decision } from './authorize.ts';
import { createPlanner } from './operation-planner.ts';
import type { Policy } from './policy.ts';
import { AccessPolicyError, type Problem } from './schema-problem.ts';
import { loadSchema } from './load-schema.ts';
import type { AccessViewer } from './access-viewer.ts';

/** The time of the tests' requests, in seconds since the epoch. */
export const NOW = 1_800_000_000;

/** Two viewers, which tests copy with changes. */
export const ada: AccessViewer = { userId: 'ada', roles: ['USER'], authTime: NOW, emailVerified: true };
export const ben: AccessViewer = { ...ada, userId: 'ben' };

const ROLES = 'enum Role { USER ADMIN AUDITOR }';

/** Builds a schema with the access directives and roles; each text is one file. Types resolve by `__typename`. */
export function createTestSchema(...texts: readonly string[]): GraphQLSchema {
  const files = texts.map((text, index) => new Source(text, index === 0 ? 'schema.graphql' : `more-${index}.graphql`));
  const schema = loadSchema([new Source(`${accessDirectiveSdl}\n${ROLES}`, 'access.graphql'), ...files]);
  for (const type of Object.values(schema.getTypeMap()))
    if ('resolveType' in type) type.resolveType = (value: Readonly<Record<string, string>>) => value['__typename'];
  return schema;
}

/** Returns the policy of a schema that satisfies the schema rules. */
export function createTestPolicy(...texts: readonly string[]): Policy {
  return checkSchema(createTestSchema(...texts));
}

/** Returns the violations of the schema rules; empty if there are none. */
export function problemsOf(schema: GraphQLSchema, options?: CheckOptions): readonly Problem[] {
  try {
    checkSchema(schema, options);
    return [];
  } catch (error) {
    if (error instanceof AccessPolicyError) return error.problems;
    throw error;
  }
}

/** Validates, plans and authorizes one request. */
export function authorizeRequest(
  policy: Policy,
  text: string,
  viewer: AccessViewer | null,
  variables: Readonly<Record<string, unknown>> = {},
): Decision {
  const document = parse(text);
  const errors = validate(policy.schema, document);
  if (errors.length > 0) throw new Error(`The test's document is not valid: ${errors.join('; ')}`);
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === 'OperationDefinition',
  );
  if (!operation) throw new Error('The test has no operation.');
  return authorize(policy, createPlanner(policy)(document, operation, variables), operation, variables, viewer, NOW);
}

/** Formats a decision on one line: `allowed`, `invalid`, or the reason and its coordinates. */
export function formatDecision(decision: Decision): string {
  if (decision.kind !== 'refused') return decision.kind;
  const reasons = new Set(decision.refusals.map(({ reason }) => reason));
  return `${[...reasons].join('+')} ${decision.refusals.map(({ coordinate }) => coordinate).join(' ')}`;
}
