import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { checkSchema } from '../check-schema.ts';
import { compileOperation, type Plan } from '../compile-operation.ts';
import { readElements } from '../schema-elements.ts';
import { expectArgument, type ArgumentCase } from './expect-argument.ts';
import { type Expectation, expectation, formatRule } from './access-expectation.ts';
import { isOwnedBy } from '../guard.ts';
import { authorize } from '../authorize.ts';
import { fieldRules, type Policy, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import type { OwnerRule, Rule } from '../rule.ts';
import { type AccessViewer, parseViewer } from '../access-viewer.ts';

/**
 * Who asks. `owner` and `other` are about the objects at hand: the one that the field is on, and the one that it
 * leads to. Whoever is not said to be their owner owns none of them.
 */
export type TestAudience = 'anonymous' | 'signed in' | 'owner' | 'other' | SignedInAudience;

/** A signed-in caller, described further. Left out: no role, signed in just now, with a verified address. */
export interface SignedInAudience {
  /** `signed in` unless said otherwise. */
  readonly is?: 'signed in' | 'owner' | 'other';
  /** A value of the schema's enum `Role`. */
  readonly role?: string;
  /** How long ago, in seconds; `stale` is longer than any `maxAge`. */
  readonly signedIn?: 'just now' | 'stale' | number;
  readonly email?: 'verified' | 'unverified';
}

/** What tests can speak of: the fields and the owner arguments of one schema. */
export interface AccessExpectations {
  /** `Type.field`; on an interface, the field of each type that implements it. It speaks of this field alone, not of the way to it. */
  field(coordinate: string): Expectation<TestAudience>;
  /** `Type.field(argument:)` or `Input.field`, asked by a signed-in caller. It speaks of the value alone. */
  argument(coordinate: string): Expectation<ArgumentCase>;
}

/** Any moment will do that is later than the greatest `maxAge`, an Int: ages are counted from it. */
const NOW = 4_000_000_000;
const CALLER: AccessViewer = { userId: "the caller's id", roles: [], authTime: NOW, emailVerified: true };
const OTHER_USER_ID = "somebody else's id";
const DOCUMENT = parse('{ __typename }');
const [OPERATION] = DOCUMENT.definitions as unknown as readonly [OperationDefinitionNode];

/**
 * For tests of a schema: says who may reach what, judged by the engine that will judge the requests, its judgement
 * of requests and its guard on objects both. Runs no resolver and needs no server.
 * @throws {AccessPolicyError} where it is given a schema that is no policy
 */
export function expectAccess(subject: Policy | GraphQLSchema): AccessExpectations {
  const policy = 'requirement' in subject ? subject : checkSchema(subject);
  return {
    field: (coordinate) => expectField(policy, coordinate),
    argument: (coordinate) => expectArgument(policy, coordinate, { ...CALLER }, OTHER_USER_ID),
  };
}

/** One field of one object type, and one object type that it can lead to, if it leads to objects. */
interface FieldPath {
  readonly coordinate: string;
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly result: GraphQLObjectType | null;
}

function expectField(policy: Policy, coordinate: string): Expectation<TestAudience> {
  const fieldPaths = fieldPathsAt(policy.schema, coordinate);
  const hasOwner = fieldPaths.some(
    (fieldPath) => parentOwners(policy, fieldPath).length > 0 || resultOwners(policy, fieldPath).length > 0,
  );

  return expectation((audience, expected) => {
    const { is, viewer } = viewerFor(policy, audience);
    if (!hasOwner && (is === 'owner' || is === 'other'))
      throw new Error(
        `${coordinate} has no owner, so ${quoteAudience(audience)} says nothing there: write "signed in".`,
      );
    for (const fieldPath of fieldPaths) {
      const rule = refusingRule(policy, fieldPath, viewer, is === 'owner' ? CALLER.userId : OTHER_USER_ID);
      const subject = fieldPath.coordinate === coordinate ? coordinate : `${coordinate} (as ${fieldPath.coordinate})`;
      const through =
        fieldPath.result && isAbstractType(getNamedType(fieldPath.field.type)) ? ` as ${fieldPath.result.name}` : '';
      if (expected === 'allowed' && rule)
        throw new Error(
          `${subject} should be allowed to ${quoteAudience(audience)}, but ${formatRule(rule)} refuses it${through}.`,
        );
      if (expected === 'refused' && !rule)
        throw new Error(
          `${subject} should be refused to ${quoteAudience(audience)}, but is allowed${through} by ${applicableRules(policy, fieldPath)}.`,
        );
    }
  });
}

/** The rule that refuses this caller: before execution, or when an object of this owner comes by. */
function refusingRule(policy: Policy, fieldPath: FieldPath, viewer: AccessViewer | null, ownerId: string): Rule | null {
  const { coordinate, type, field } = fieldPath;
  const rules = policy.requirement(type.name, field.name);
  // The plan of an operation that asks nothing, and this one check.
  const emptyPlan = compileOperation(policy, DOCUMENT, OPERATION, new Map());
  const plan: Plan = { ...emptyPlan, checks: [{ coordinate, rules, nodes: [] }] };
  const decision = authorize(policy, plan, OPERATION, {}, viewer, NOW);
  if (decision.kind === 'refused') return decision.refusals[0]?.rule ?? null;
  for (const owners of [parentOwners(policy, fieldPath), resultOwners(policy, fieldPath)]) {
    const object = Object.fromEntries(owners.map((rule) => [rule.field, ownerId]));
    // Together first, as the guard asks; then one by one, to tell which it was.
    if (owners.length === 0 || isOwnedBy(owners, object, viewer)) continue;
    return owners.find((rule) => !isOwnedBy([rule], object, viewer)) ?? null;
  }
  return null;
}

/** Who owns the object that the field is on: by its type, or for this field alone. */
function parentOwners(policy: Policy, { type, coordinate }: FieldPath): readonly OwnerRule[] {
  return [...new Set([...(policy.owners.get(type.name) ?? []), ...(policy.fieldOwners.get(coordinate) ?? [])])];
}

/** Who owns the object that the field leads to. */
function resultOwners(policy: Policy, { result }: FieldPath): readonly OwnerRule[] {
  return (result && policy.owners.get(result.name)) ?? [];
}

function fieldPathsAt(schema: GraphQLSchema, coordinate: string): readonly FieldPath[] {
  const [, typeName = '', fieldName = ''] = /^(\w+)\.(\w+)$/.exec(coordinate) ?? [];
  const fieldPaths = possibleTypes(schema, schema.getType(typeName)).flatMap((type): readonly FieldPath[] => {
    const field = type.getFields()[fieldName];
    if (field === undefined) return [];
    const results = possibleTypes(schema, getNamedType(field.type));
    const fieldPath = { coordinate: `${type.name}.${fieldName}`, type, field };
    return results.length === 0
      ? [{ ...fieldPath, result: null }]
      : results.map((result) => ({ ...fieldPath, result }));
  });
  if (fieldPaths.length === 0) throw new Error(`The schema has no field ${coordinate} on an object.`);
  return fieldPaths;
}

function viewerFor(policy: Policy, audience: TestAudience) {
  if (audience === 'anonymous') return { is: audience, viewer: null };
  const {
    is = 'signed in',
    role,
    signedIn = 'just now',
    email,
  }: SignedInAudience = typeof audience === 'string' ? { is: audience } : audience;
  const roles = policy.schema.getType('Role');
  // A misspelt role is refused everywhere: a test would pass and say nothing.
  if (role !== undefined && !(isEnumType(roles) && roles.getValue(role)))
    throw new Error(`The schema has no role ${role}.`);
  const age = signedIn === 'just now' ? 0 : signedIn === 'stale' ? NOW : signedIn;
  const viewer: AccessViewer = {
    ...CALLER,
    roles: role === undefined ? [] : [role],
    authTime: NOW - age,
    emailVerified: email !== 'unverified',
  };
  return { is, viewer: parseViewer(viewer, NOW) };
}

/** An audience as the test has written it. */
function quoteAudience(audience: TestAudience): string {
  return JSON.stringify(audience);
}

function applicableRules(policy: Policy, { type, field, result }: FieldPath): string {
  const elements = readElements(policy.schema);
  const fieldRulesHere = [...typeRules(elements, type), ...fieldRules(elements, type, field.name)];
  const resultRules = result === null ? [] : typeRules(elements, result).filter(({ kind }) => kind === 'owner');
  return [...fieldRulesHere, ...resultRules].map(formatRule).join(' and ');
}
