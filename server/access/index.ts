/**
 * A GraphQL schema that is its own access policy.
 *
 * At start: `loadSchema`, add resolvers, `checkSchema`, `guardSchema`. For each request: plan, `authorize`, execute.
 * See README.md in this folder. Assertions for tests: `@fieldgate/access/testing`.
 */
export { audiencesOf, viewerOfAudience } from './audience.ts';
export { type CheckOptions, checkSchema } from './check-schema.ts';
export { compileOperation, conditionVariables, type Plan } from './compile-operation.ts';
export { accessDirectiveSdl } from './directives.ts';
export { createExecute, type ExecuteArgs } from './execute.ts';
export {
  type CoordinateVerdict,
  explain,
  type ExplainedCoordinate,
  type ExplainedRows,
  type ExplainOptions,
  type Explanation,
  type CrossOwnerRows,
} from './explain.ts';
export {
  type CallerCoordinate,
  type CallerExplanation,
  type CallerRule,
  createCallerExplanations,
} from './explain-to-caller.ts';
export { AccessBreach, type GuardOptions, guardSchema } from './guard.ts';
export { type ExampleOperation, exampleOperations } from './example-operation.ts';
export { describeRules, formatDirective, formatRule } from './rule-descriptions.ts';
export { type AccessChange, type ChangeKind, diffAccess } from './diff/diff-access.ts';
export { renderDiff, unsafeKinds } from './diff/format-diff.ts';
export { type Answer, type ShownRequest } from './diff/shown-request.ts';
export { UnsupportedGraphqlError } from './graphql-version.ts';
export { createIntrospectionSchemas, type SchemaForViewer } from './introspection-schema.ts';
export { authorize, type Decision } from './authorize.ts';
export {
  type AccessMap,
  accessMap,
  type Cell,
  type AudienceName,
  type MappedArgument,
  type MappedField,
} from './access-map.ts';
export {
  describeArgument,
  describeCell,
  describeField,
  MAP_LEGEND,
  renderMapMarkdown,
  renderMapText,
} from './access-map-format.ts';
export { createPlanner } from './operation-planner.ts';
export { isNulledFieldError, type NulledFields } from './nulled-fields.ts';
export { UnauthorizedExecutionError } from './unauthorized-execution.ts';
export { type AccessDecision, type HttpAnswer, protect, type ProtectedArgs, type Protection } from './protect.ts';
export {
  type EnforceOptions,
  INVALID_TOKEN,
  type ProtectOptions,
  type RefusalReport,
  type ReportOptions,
  type RequestViewer,
} from './protect-options.ts';
export { challengeOf, type HttpHead, refusalHead } from './refusal-http.ts';
export {
  ownerPredicate,
  rlsPolicies,
  type PolicyFunctions,
  rlsPolicySql,
  type RlsPolicy,
  type TableCommand,
  type TableMapping,
  type TableRlsPolicies,
  type BypassRole,
} from './rls-policies.ts';
export { hasCoordinate } from './has-coordinate.ts';
export { visibleAccessMap } from './visible-access-map.ts';
export type { Policy } from './policy.ts';
export { AccessPolicyError, type FileLocation, type Problem } from './schema-problem.ts';
export { InvalidSchemaError, loadSchema } from './load-schema.ts';
export { createSchemaSdl, type SchemaSdl } from './schema-sdl.ts';
export { REASONS, type Reason, type Refusal, refusalError } from './refusal.ts';
export type { AuthRule, OnRefusal, OwnerRule, PublicRule, Rule } from './rule.ts';
export { type AccessViewer, InvalidViewerError, parseViewer } from './access-viewer.ts';
export { withoutStack } from './without-stack.ts';
