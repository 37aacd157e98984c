/**
 * A GraphQL schema that is its own access policy.
 *
 * Read SDL with `readSchema`, give it resolvers, judge it with `checkSchema`, put the guard on it with `guardSchema`;
 * then, for each request: plan, `judge`, execute. See README.md in this folder.
 */
export { type CheckOptions, checkSchema } from './check.ts';
export { compileOperation, conditionVariables, type Plan } from './compile.ts';
export { accessDirectives } from './directives.ts';
export { type AccessExpectations, type Audience, expectAccess, type Refined } from './expect-access.ts';
export type { Value } from './expect-argument.ts';
export { createExecute, type ExecuteArgs } from './execute.ts';
export { type Expectation, ruleText } from './expectation.ts';
export {
  explain,
  type ExplainedCoordinate,
  type ExplainedRows,
  type ExplainOptions,
  type Explanation,
  type OthersRows,
} from './explain.ts';
export { AccessBreach, type GuardOptions, guardSchema } from './guard.ts';
export { describeRules } from './describe.ts';
export { UnsupportedGraphqlError } from './graphql-version.ts';
export { createIntrospection, type SchemaFor } from './introspect.ts';
export { judge, type Verdict } from './judge.ts';
export {
  type AccessMap,
  accessMap,
  type Cell,
  type MapAudience,
  type MappedArgument,
  type MappedField,
} from './map.ts';
export { argumentWords, cellWords, fieldWords, MAP_LEGEND, mapMarkdown, mapText } from './map-text.ts';
export { createPlanner } from './operation.ts';
export {
  policies,
  type PolicyFunctions,
  policySql,
  type PolicySpec,
  type TableCommand,
  type TableOfType,
  type TablePolicies,
  type TrustedRole,
} from './policies.ts';
export type { Policy } from './policy.ts';
export { AccessPolicyError, type Place, type Problem } from './problem.ts';
export { InvalidSchemaError, readSchema } from './read.ts';
export { REASONS, type Reason, type Refusal, refusalError } from './refusal.ts';
export type { AuthRule, OwnerRule, PublicRule, Rule } from './rule.ts';
export { type AccessViewer, InvalidViewerError, parseViewer } from './viewer.ts';
