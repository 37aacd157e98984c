import { getNamedType, type GraphQLObjectType, type GraphQLSchema, versionInfo } from 'graphql';
import { readElements } from './schema-elements.ts';
import { assertOneGraphql, assertSupportedGraphql } from './graphql-version.ts';
import { buildPolicy, type Policy } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import { rootTypes } from './root-types.ts';
import { AccessPolicyError, type Problem } from './schema-problem.ts';
import { abstractTypesResolve } from './schema-rules/abstract-types-resolve.ts';
import { conditionsCanBeMet } from './schema-rules/conditions-can-be-met.ts';
import type { SchemaRule } from './schema-rules/schema-rule.ts';
import { entryPointsAreSupported } from './schema-rules/entry-points-are-supported.ts';
import { everyFieldHasRule } from './schema-rules/every-field-has-rule.ts';
import { inputRulesAreOptional } from './schema-rules/input-rules-are-optional.ts';
import { oneApplicationEach } from './schema-rules/one-application-each.ts';
import { onlyKnownDirectives } from './schema-rules/only-known-directives.ts';
import { ownerInputsAreAssertions } from './schema-rules/owner-inputs-are-assertions.ts';
import { ownersAreNamed } from './schema-rules/owners-are-named.ts';
import { policyDirectivesAreDefined } from './schema-rules/policy-directives-are-defined.ts';
import { publicIsAllOrNothing } from './schema-rules/public-is-all-or-nothing.ts';
import { refusalsCanBeNull } from './schema-rules/refusals-can-be-null.ts';
import { rolesAreEnumValues } from './schema-rules/roles-are-enum-values.ts';
import { scopesAreDeclared } from './schema-rules/scopes-are-declared.ts';
import { valuesAreReadable } from './schema-rules/values-are-readable.ts';

/** Every schema rule: first those on the directives' definitions and values, then those on what they state. */
const SCHEMA_RULES: readonly SchemaRule[] = [
  policyDirectivesAreDefined,
  rolesAreEnumValues,
  scopesAreDeclared,
  onlyKnownDirectives,
  valuesAreReadable,
  oneApplicationEach,
  everyFieldHasRule,
  publicIsAllOrNothing,
  conditionsCanBeMet,
  refusalsCanBeNull,
  ownersAreNamed,
  ownerInputsAreAssertions,
  inputRulesAreOptional,
  abstractTypesResolve,
  entryPointsAreSupported,
];

/** Options of `checkSchema`. */
export interface CheckOptions {
  /** Names of directives that are allowed because they have nothing to do with access. Default: none. */
  readonly otherDirectives?: readonly string[];
}

/**
 * Checks an executable schema against the schema rules and returns its policy. Call it after all schema transforms.
 * @throws {AccessPolicyError} with every problem; the server must not start with this schema
 * @throws {UnsupportedGraphqlError} if the version of graphql is not supported, or another copy of it made the schema
 */
export function checkSchema(schema: GraphQLSchema, { otherDirectives = [] }: CheckOptions = {}): Policy {
  // Every other function of the engine needs a policy, so the version is checked here.
  assertSupportedGraphql(versionInfo);
  assertOneGraphql(schema);
  const elements = readElements(schema);
  const problems: Problem[] = [];
  const context = {
    schema,
    elements,
    responseTypes: responseTypes(schema),
    otherDirectives: new Set(otherDirectives),
    report: (problem: Problem) => void problems.push(problem),
  };
  for (const rule of SCHEMA_RULES) rule(context);
  if (problems.length > 0) throw new AccessPolicyError(problems);
  return buildPolicy(schema, elements);
}

/** Returns the object types that a response can contain: those reachable from the root types. */
export function responseTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  const reachable = new Set<GraphQLObjectType>();
  const pending = [...rootTypes(schema)];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (reachable.has(type)) continue;
    reachable.add(type);
    for (const field of Object.values(type.getFields()))
      pending.push(...possibleTypes(schema, getNamedType(field.type)));
  }
  return [...reachable];
}
