import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseSchemaCoordinate,
} from 'graphql';
import { checkSchema } from '../check-schema.ts';
import { declaredScopes } from '../declared-scopes.ts';
import { readElements } from '../schema-elements.ts';
import { expectArgument, type ArgumentCase } from './expect-argument.ts';
import { type Expectation, expectation, type FieldExpectation, fieldExpectation } from './expectation.ts';
import { formatRule } from '../rule-descriptions.ts';
import { isOwnedBy } from '../guard.ts';
import { authorize } from '../authorize.ts';
import { fieldRules, type Policy, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import { nullsField, type OwnerRule, type RestrictiveRule, type Rule } from '../rule.ts';
import { type AccessViewer, parseViewer } from '../access-viewer.ts';

/**
 * A viewer to test with. `owner` owns the object that the field is on and the object that it returns; every other
 * audience owns neither.
 */
export type TestAudience = 'anonymous' | 'signed in' | 'owner' | 'other' | SignedInAudience;

/** A signed-in viewer with details. Default: no role, signed in just now, verified e-mail address. */
export interface SignedInAudience {
  /** Default: `signed in`. */
  readonly is?: 'signed in' | 'owner' | 'other';
  /** A value of the schema's enum `Role`. */
  readonly role?: string;
  /** The scopes of the token. Default: none. */
  readonly scopes?: readonly string[];
  /** Time since the sign-in, in seconds; `stale` exceeds every `maxAge`. */
  readonly signedIn?: 'just now' | 'stale' | number;
  readonly email?: 'verified' | 'unverified';
}

/** Assertions about the fields and owner arguments of one schema. */
export interface AccessExpectations {
  /**
   * @param coordinate `Type.field`; of an interface, it covers the field of each implementing type. The fields that
   * lead to it are not tested.
   * @throws {Error} if the schema has no such field
   */
  field(coordinate: string): FieldExpectation<TestAudience>;
  /**
   * Tests the value alone, sent by a signed-in viewer.
   * @param coordinate `Type.field(argument:)` or `Input.field`
   * @throws {Error} if the schema has no such argument or input field, or it cannot hold an id
   */
  argument(coordinate: string): Expectation<ArgumentCase>;
  /**
   * Tests who may give a value for an input field, whatever the value; its `@owner` is not tested.
   * @param coordinate `Input.field`
   * @throws {Error} if the schema has no such input field
   */
  input(coordinate: string): Expectation<InputAudience>;
}

/** A viewer to test an input field with. */
export type InputAudience = 'anonymous' | 'signed in' | Omit<SignedInAudience, 'is'>;

/** The time of the tests, in seconds. It exceeds the greatest `maxAge`, an Int, so that `stale` can be time 0. */
const NOW = 4_000_000_000;
const VIEWER: AccessViewer = { userId: "the viewer's id", roles: [], authTime: NOW, emailVerified: true };
const OTHER_USER_ID = "another user's id";
const [OPERATION] = parse('{ __typename }').definitions as unknown as readonly [OperationDefinitionNode];

/**
 * Returns assertions about who may access what in a schema. They use the same authorization and guard as requests, run
 * no resolver and need no server.
 * @throws {AccessPolicyError} if a schema is passed that violates the schema rules
 */
export function expectAccess(subject: Policy | GraphQLSchema): AccessExpectations {
  const policy = 'requirement' in subject ? subject : checkSchema(subject);
  return {
    field: (coordinate) => expectField(policy, coordinate),
    argument: (coordinate) => expectArgument(policy, coordinate, { ...VIEWER }, OTHER_USER_ID),
    input: (coordinate) => expectInput(policy, coordinate),
  };
}

/** A field of an object type, with one of the object types that it can return, if any. */
interface FieldPath {
  readonly coordinate: string;
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly result: GraphQLObjectType | null;
}

function expectField(policy: Policy, coordinate: string): FieldExpectation<TestAudience> {
  const fieldPaths = fieldPathsAt(policy.schema, coordinate);
  const hasOwner = fieldPaths.some(
    (fieldPath) => parentOwners(policy, fieldPath).length > 0 || resultOwners(policy, fieldPath).length > 0,
  );

  return fieldExpectation((audience, expected) => {
    const { is, viewer } = viewerFor(policy, audience);
    if (!hasOwner && (is === 'owner' || is === 'other'))
      throw new Error(
        `${coordinate} has no owner, so ${quoteAudience(audience)} is not possible there: write "signed in".`,
      );
    for (const fieldPath of fieldPaths) {
      const ownerId = is === 'owner' ? VIEWER.userId : OTHER_USER_ID;
      const rules = policy.requirement(fieldPath.type.name, fieldPath.field.name);
      const rule = refusingRule(policy, fieldPath, rules, viewer, ownerId);
      const subject = fieldPath.coordinate === coordinate ? coordinate : `${coordinate} (as ${fieldPath.coordinate})`;
      const through =
        fieldPath.result && isAbstractType(getNamedType(fieldPath.field.type)) ? ` as ${fieldPath.result.name}` : '';
      if (expected === 'allowed' && rule)
        throw new Error(
          `${subject} should be allowed to ${quoteAudience(audience)}, but ${formatRule(rule)} refuses it${through}.`,
        );
      if (expected !== 'allowed' && !rule)
        throw new Error(
          `${subject} should be ${expected === 'null' ? 'null for' : 'refused to'} ${quoteAudience(audience)}, but is allowed${through} by ${applicableRules(policy, fieldPath)}.`,
        );
      const others = rules.filter((each) => !nullsField(each));
      const other = expected === 'null' ? refusingRule(policy, fieldPath, others, viewer, ownerId) : null;
      if (other)
        throw new Error(
          `${subject} should be null for ${quoteAudience(audience)}, but ${formatRule(other)} refuses it${through}.`,
        );
    }
  });
}

function expectInput(policy: Policy, coordinate: string): Expectation<InputAudience> {
  const { typeName, fieldName } = parseFieldCoordinate(coordinate);
  const type = policy.schema.getType(typeName);
  if (!isInputObjectType(type) || type.getFields()[fieldName] === undefined)
    throw new Error(`The schema has no input field ${coordinate}.`);
  const rule = policy.authRuleOn(coordinate);
  const plan = { checks: rule === null ? [] : [{ coordinate, rules: [rule], nodes: [] }], argumentChecks: [] };

  return expectation((audience, expected) => {
    const { viewer } = viewerFor(policy, audience);
    const { kind } = authorize(policy, plan, OPERATION, {}, viewer, NOW);
    if (kind === expected) return;
    const reason =
      rule === null
        ? 'is allowed: it has no @auth'
        : `${formatRule(rule)} ${kind === 'refused' ? 'refuses' : 'allows'} it`;
    throw new Error(`A value for ${coordinate} should be ${expected} to ${quoteAudience(audience)}, but ${reason}.`);
  });
}

/** Returns the rule that refuses the viewer, before execution or at the guard; null if none does. */
function refusingRule(
  policy: Policy,
  fieldPath: FieldPath,
  rules: readonly RestrictiveRule[],
  viewer: AccessViewer | null,
  ownerId: string,
): Rule | null {
  const { coordinate } = fieldPath;
  const plan = { checks: [{ coordinate, rules, nodes: [] }], argumentChecks: [] };
  const decision = authorize(policy, plan, OPERATION, {}, viewer, NOW);
  if (decision.kind === 'refused') return decision.refusals[0]?.rule ?? null;
  for (const owners of [parentOwners(policy, fieldPath), resultOwners(policy, fieldPath)]) {
    const object = Object.fromEntries(owners.map((rule) => [rule.field, ownerId]));
    // All together first, as the guard checks; then one by one, to find the rule.
    if (owners.length === 0 || isOwnedBy(owners, object, viewer)) continue;
    return owners.find((rule) => !isOwnedBy([rule], object, viewer)) ?? null;
  }
  return null;
}

/** Returns the owner rules of the parent object, on its type or on this field. */
function parentOwners(policy: Policy, { type, coordinate }: FieldPath): readonly OwnerRule[] {
  return [...new Set([...(policy.owners.get(type.name) ?? []), ...(policy.fieldOwners.get(coordinate) ?? [])])];
}

/** Returns the owner rules of the returned object. */
function resultOwners(policy: Policy, { result }: FieldPath): readonly OwnerRule[] {
  return (result && policy.owners.get(result.name)) ?? [];
}

function fieldPathsAt(schema: GraphQLSchema, coordinate: string): readonly FieldPath[] {
  const { typeName, fieldName } = parseFieldCoordinate(coordinate);
  const fieldPaths = possibleTypes(schema, schema.getType(typeName)).flatMap((type): readonly FieldPath[] => {
    const field = type.getFields()[fieldName];
    if (field === undefined) return [];
    const results = possibleTypes(schema, getNamedType(field.type));
    const fieldPath = { coordinate: `${type.name}.${fieldName}`, type, field };
    return results.length === 0
      ? [{ ...fieldPath, result: null }]
      : results.map((result) => ({ ...fieldPath, result }));
  });
  if (fieldPaths.length === 0) throw noSuchField(coordinate);
  return fieldPaths;
}

/** Not `resolveSchemaCoordinate`, because the type may be a union, which stands for its members. */
function parseFieldCoordinate(coordinate: string) {
  try {
    const node = parseSchemaCoordinate(coordinate);
    if (node.kind === Kind.MEMBER_COORDINATE) return { typeName: node.name.value, fieldName: node.memberName.value };
  } catch {
    // A syntax error has the same message as a field that does not exist.
  }
  throw noSuchField(coordinate);
}

function noSuchField(coordinate: string): Error {
  return new Error(`The schema has no field ${coordinate} on an object type.`);
}

function viewerFor(policy: Policy, audience: TestAudience) {
  if (audience === 'anonymous') return { is: audience, viewer: null };
  const {
    is = 'signed in',
    role,
    scopes = [],
    signedIn = 'just now',
    email,
  }: SignedInAudience = typeof audience === 'string' ? { is: audience } : audience;
  const roles = policy.schema.getType('Role');
  // A misspelt role is refused everywhere, so that a test of a refusal would always pass.
  if (role !== undefined && !(isEnumType(roles) && roles.getValue(role)))
    throw new Error(`The schema has no role ${role}.`);
  const unknown = scopes.find((scope) => !declaredScopes(policy.schema).includes(scope));
  if (unknown !== undefined) throw new Error(`The schema does not declare the scope ${unknown}.`);
  const age = signedIn === 'just now' ? 0 : signedIn === 'stale' ? NOW : signedIn;
  const viewer: AccessViewer = {
    ...VIEWER,
    roles: role === undefined ? [] : [role],
    scopes,
    authTime: NOW - age,
    emailVerified: email !== 'unverified',
  };
  return { is, viewer: parseViewer(viewer, NOW) };
}

/** Formats an audience as the test wrote it. */
function quoteAudience(audience: TestAudience): string {
  return JSON.stringify(audience);
}

function applicableRules(policy: Policy, { type, field, result }: FieldPath): string {
  const elements = readElements(policy.schema);
  const fieldRulesHere = [...typeRules(elements, type), ...fieldRules(elements, type, field.name)];
  const resultRules = result === null ? [] : typeRules(elements, result).filter(({ kind }) => kind === 'owner');
  return [...fieldRulesHere, ...resultRules].map(formatRule).join(' and ');
}
