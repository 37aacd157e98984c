import { type GraphQLSchema, type OperationDefinitionNode, parse, Source, validate } from 'graphql';
import { type CheckOptions, checkSchema } from '../check-schema.ts';
import { accessDirectiveSdl } from '../directives.ts';
import { authorize, type Decision } from '../authorize.ts';
import { createPlanner } from '../operation-planner.ts';
import type { Policy } from '../policy.ts';
import { AccessPolicyError, type Problem } from '../schema-problem.ts';
import { loadSchema } from '../load-schema.ts';
import type { AccessViewer } from '../access-viewer.ts';

/** The moment at which the tests judge, in seconds since the epoch. */
export const NOW = 1_800_000_000;

/** Two callers, and how the tests make others out of them. */
export const ada: AccessViewer = { userId: 'ada', roles: ['USER'], authTime: NOW, emailVerified: true };
export const ben: AccessViewer = { ...ada, userId: 'ben' };

const ROLES = 'enum Role { USER ADMIN AUDITOR }';

/** Reads SDL, in as many files as texts, with the directives and the roles already there. */
export function createTestSchema(...texts: readonly string[]): GraphQLSchema {
  const files = texts.map((text, index) => new Source(text, index === 0 ? 'schema.graphql' : `more-${index}.graphql`));
  const schema = loadSchema([new Source(`${accessDirectiveSdl}\n${ROLES}`, 'access.graphql'), ...files]);
  for (const type of Object.values(schema.getTypeMap()))
    if ('resolveType' in type) type.resolveType = (value: Readonly<Record<string, string>>) => value['__typename'];
  return schema;
}

/** The policy of a schema that is sound. */
export function createTestPolicy(...texts: readonly string[]): Policy {
  return checkSchema(createTestSchema(...texts));
}

/** What keeps a server with this schema from starting; nothing, if nothing does. */
export function problemsOf(schema: GraphQLSchema, options?: CheckOptions): readonly Problem[] {
  try {
    checkSchema(schema, options);
    return [];
  } catch (error) {
    if (error instanceof AccessPolicyError) return error.problems;
    throw error;
  }
}

/** One request, judged as a server would. */
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

/** A verdict in a line: `allowed`, `invalid`, or the reason with the coordinates that it names. */
export function formatDecision(decision: Decision): string {
  if (decision.kind !== 'refused') return decision.kind;
  const reasons = new Set(decision.refusals.map(({ reason }) => reason));
  return `${[...reasons].join('+')} ${decision.refusals.map(({ coordinate }) => coordinate).join(' ')}`;
}
