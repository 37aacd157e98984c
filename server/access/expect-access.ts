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
import { checkSchema } from './check.ts';
import { compileOperation, type Plan } from './compile.ts';
import { readElements } from './element.ts';
import { expectArgument, type Value } from './expect-argument.ts';
import { type Expectation, expectation, ruleText } from './expectation.ts';
import { isOwnedBy } from './guard.ts';
import { judge } from './judge.ts';
import { fieldRules, type Policy, typeRules } from './policy.ts';
import { possibleTypes } from './possible.ts';
import type { OwnerRule, Rule } from './rule.ts';
import { type AccessViewer, parseViewer } from './viewer.ts';

/**
 * Who asks. `owner` and `other` are about the objects at hand: the one that the field is on, and the one that it
 * leads to. Whoever is not said to be their owner owns none of them.
 */
export type Audience = 'anonymous' | 'signed in' | 'owner' | 'other' | Refined;

/** A signed-in caller, described further. Left out: no role, signed in just now, with a verified address. */
export interface Refined {
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
  field(coordinate: string): Expectation<Audience>;
  /** `Type.field(argument:)` or `Input.field`, asked by a signed-in caller. It speaks of the value alone. */
  argument(coordinate: string): Expectation<Value>;
}

/** Any moment will do that is later than the greatest `maxAge`, an Int: ages are counted from it. */
const NOW = 4_000_000_000;
const CALLER: AccessViewer = { userId: "the caller's id", roles: [], authTime: NOW, emailVerified: true };
const SOMEBODY_ELSE = "somebody else's id";
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
    argument: (coordinate) => expectArgument(policy, coordinate, { ...CALLER }, SOMEBODY_ELSE),
  };
}

/** One field of one object type, and one object type that it can lead to, if it leads to objects. */
interface Way {
  readonly coordinate: string;
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly result: GraphQLObjectType | null;
}

function expectField(policy: Policy, coordinate: string): Expectation<Audience> {
  const ways = waysAt(policy.schema, coordinate);
  const hasOwner = ways.some((way) => ownersOn(policy, way).length > 0 || ownersBehind(policy, way).length > 0);

  return expectation((audience, wanted) => {
    const { is, viewer } = callerFor(policy, audience);
    if (!hasOwner && (is === 'owner' || is === 'other'))
      throw new Error(`${coordinate} has no owner, so ${named(audience)} says nothing there: write "signed in".`);
    for (const way of ways) {
      const refusing = ruleAgainst(policy, way, viewer, is === 'owner' ? CALLER.userId : SOMEBODY_ELSE);
      const subject = way.coordinate === coordinate ? coordinate : `${coordinate} (as ${way.coordinate})`;
      const through = way.result && isAbstractType(getNamedType(way.field.type)) ? ` as ${way.result.name}` : '';
      if (wanted === 'allowed' && refusing)
        throw new Error(
          `${subject} should be allowed to ${named(audience)}, but ${ruleText(refusing)} refuses it${through}.`,
        );
      if (wanted === 'refused' && !refusing)
        throw new Error(
          `${subject} should be refused to ${named(audience)}, but is allowed${through} by ${allThatStand(policy, way)}.`,
        );
    }
  });
}

/** The rule that refuses this caller: before execution, or when an object of this owner comes by. */
function ruleAgainst(policy: Policy, way: Way, viewer: AccessViewer | null, ownerId: string): Rule | null {
  const { coordinate, type, field } = way;
  const rules = policy.requirement(type.name, field.name);
  // The plan of an operation that asks nothing, and this one check.
  const nothing = compileOperation(policy, DOCUMENT, OPERATION, new Map());
  const plan: Plan = { ...nothing, checks: [{ coordinate, rules, nodes: [] }] };
  const verdict = judge(policy, plan, OPERATION, {}, viewer, NOW);
  if (verdict.kind === 'refused') return verdict.refusals[0]?.rule ?? null;
  for (const owners of [ownersOn(policy, way), ownersBehind(policy, way)]) {
    const object = Object.fromEntries(owners.map((rule) => [rule.field, ownerId]));
    // Together first, as the guard asks; then one by one, to tell which it was.
    if (owners.length === 0 || isOwnedBy(owners, object, viewer)) continue;
    return owners.find((rule) => !isOwnedBy([rule], object, viewer)) ?? null;
  }
  return null;
}

/** Who owns the object that the field is on: by its type, or for this field alone. */
function ownersOn(policy: Policy, { type, coordinate }: Way): readonly OwnerRule[] {
  return [...new Set([...(policy.owners.get(type.name) ?? []), ...(policy.fieldOwners.get(coordinate) ?? [])])];
}

/** Who owns the object that the field leads to. */
function ownersBehind(policy: Policy, { result }: Way): readonly OwnerRule[] {
  return (result && policy.owners.get(result.name)) ?? [];
}

function waysAt(schema: GraphQLSchema, coordinate: string): readonly Way[] {
  const [, typeName = '', fieldName = ''] = /^(\w+)\.(\w+)$/.exec(coordinate) ?? [];
  const ways = possibleTypes(schema, schema.getType(typeName)).flatMap((type): readonly Way[] => {
    const field = type.getFields()[fieldName];
    if (field === undefined) return [];
    const results = possibleTypes(schema, getNamedType(field.type));
    const way = { coordinate: `${type.name}.${fieldName}`, type, field };
    return results.length === 0 ? [{ ...way, result: null }] : results.map((result) => ({ ...way, result }));
  });
  if (ways.length === 0) throw new Error(`The schema has no field ${coordinate} on an object.`);
  return ways;
}

function callerFor(policy: Policy, audience: Audience) {
  if (audience === 'anonymous') return { is: audience, viewer: null };
  const {
    is = 'signed in',
    role,
    signedIn = 'just now',
    email,
  }: Refined = typeof audience === 'string' ? { is: audience } : audience;
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
function named(audience: Audience): string {
  return JSON.stringify(audience);
}

function allThatStand(policy: Policy, { type, field, result }: Way): string {
  const elements = readElements(policy.schema);
  const here = [...typeRules(elements, type), ...fieldRules(elements, type, field.name)];
  const behind = result === null ? [] : typeRules(elements, result).filter(({ kind }) => kind === 'owner');
  return [...here, ...behind].map(ruleText).join(' and ');
}
