import { getNamedType, type GraphQLObjectType, type GraphQLSchema, versionInfo } from 'graphql';
import { readElements } from './schema-elements.ts';
import { assertOneGraphql, assertSupportedGraphql } from './graphql-version.ts';
import { buildPolicy, type Policy } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import { AccessPolicyError, type Problem } from './schema-problem.ts';
import { abstractTypesResolve } from './schema-rules/abstract-types-resolve.ts';
import { conditionsCanBeMet } from './schema-rules/conditions-can-be-met.ts';
import type { SchemaRule } from './schema-rules/schema-rule.ts';
import { entryPointsAreSupported } from './schema-rules/entry-points-are-supported.ts';
import { everyFieldHasRule } from './schema-rules/every-field-has-rule.ts';
import { oneApplicationEach } from './schema-rules/one-application-each.ts';
import { onlyKnownDirectives } from './schema-rules/only-known-directives.ts';
import { ownerInputsAreAssertions } from './schema-rules/owner-inputs-are-assertions.ts';
import { ownersAreNamed } from './schema-rules/owners-are-named.ts';
import { policyDirectivesAreDefined } from './schema-rules/policy-directives-are-defined.ts';
import { publicIsAllOrNothing } from './schema-rules/public-is-all-or-nothing.ts';
import { rolesAreEnumValues } from './schema-rules/roles-are-enum-values.ts';
import { valuesAreReadable } from './schema-rules/values-are-readable.ts';

/** All of the law about schemas: first what makes the words readable, then what they say. */
const SCHEMA_RULES: readonly SchemaRule[] = [
  policyDirectivesAreDefined,
  rolesAreEnumValues,
  onlyKnownDirectives,
  valuesAreReadable,
  oneApplicationEach,
  everyFieldHasRule,
  publicIsAllOrNothing,
  conditionsCanBeMet,
  ownersAreNamed,
  ownerInputsAreAssertions,
  abstractTypesResolve,
  entryPointsAreSupported,
];

/** What a schema's owner may say about the judgement. */
export interface CheckOptions {
  /** Directives that have nothing to do with access and may stand in the schema; none by default. */
  readonly otherDirectives?: readonly string[];
}

/**
 * Judges an executable schema, after all transforms, and makes its policy.
 * @throws {AccessPolicyError} with every problem at once: a server must not start with this schema
 * @throws {UnsupportedGraphqlError} when graphql is of another version than 16, or the schema of another copy of it
 */
export function checkSchema(schema: GraphQLSchema, { otherDirectives = [] }: CheckOptions = {}): Policy {
  // Here, because without a policy nothing else of the engine can be asked.
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

/** The object types that an answer can hold: found from the roots, through interfaces and unions. */
export function responseTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  const reachable = new Set<GraphQLObjectType>();
  const pending = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (let type = pending.pop(); pending.length > 0 || type; type = pending.pop()) {
    if (!type || reachable.has(type)) continue;
    reachable.add(type);
    for (const field of Object.values(type.getFields()))
      pending.push(...possibleTypes(schema, getNamedType(field.type)));
  }
  return [...reachable];
}
