/**
 * A GraphQL schema that is its own access policy.
 *
 * Read SDL with `readSchema`, give it resolvers, judge it with `checkSchema`, put the guard on it with `guardSchema`;
 * then, for each request: plan, `judge`, execute. See README.md in this folder.
 */
export { type CheckOptions, checkSchema } from './check.ts';
export { compileOperation, conditionVariables, type Plan } from './compile.ts';
export { accessDirectiveSdl } from './directives.ts';
export { type AccessExpectations, type TestAudience, expectAccess, type SignedInAudience } from './expect-access.ts';
export type { ArgumentCase } from './expect-argument.ts';
export { createExecute, type ExecuteArgs } from './execute.ts';
export { type Expectation, formatRule } from './expectation.ts';
export {
  explain,
  type ExplainedCoordinate,
  type ExplainedRows,
  type ExplainOptions,
  type Explanation,
  type CrossOwnerRows,
} from './explain.ts';
export { AccessBreach, type GuardOptions, guardSchema } from './guard.ts';
export { describeRules } from './describe.ts';
export { UnsupportedGraphqlError } from './graphql-version.ts';
export { createIntrospectionSchemas, type SchemaForViewer } from './introspect.ts';
export { authorize, type Decision } from './judge.ts';
export {
  type AccessMap,
  accessMap,
  type Cell,
  type AudienceName,
  type MappedArgument,
  type MappedField,
} from './map.ts';
export { describeArgument, describeCell, describeField, MAP_LEGEND, renderMapMarkdown, renderMapText } from './map-text.ts';
export { createPlanner } from './operation.ts';
export {
  rlsPolicies,
  type PolicyFunctions,
  rlsPolicySql,
  type RlsPolicy,
  type TableCommand,
  type TableMapping,
  type TableRlsPolicies,
  type BypassRole,
} from './policies.ts';
export type { Policy } from './policy.ts';
export { AccessPolicyError, type FileLocation, type Problem } from './problem.ts';
export { InvalidSchemaError, loadSchema } from './read.ts';
export { REASONS, type Reason, type Refusal, refusalError } from './refusal.ts';
export type { AuthRule, OwnerRule, PublicRule, Rule } from './rule.ts';
export { type AccessViewer, InvalidViewerError, parseViewer } from './viewer.ts';
