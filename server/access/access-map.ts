import { getNamedType, type GraphQLObjectType, isInputObjectType } from 'graphql';
import { rolesOf } from './audience.ts';
import { responseTypes } from './check-schema.ts';
import { readElements } from './schema-elements.ts';
import { fieldRules, type Policy, typeRules } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import { REASONS, type Reason } from './refusal.ts';
import { rootTypes } from './root-types.ts';
import { type AuthRule, nullsField, type RestrictiveRule, type OwnerRule, type Rule, type ScopeLists } from './rule.ts';

/**
 * A class of viewers. `owner` owns the object that the field is on and every object that it returns; `other` owns none
 * of them; the remaining signed-in audiences own some. `role X` is a signed-in viewer whose only role is X.
 */
export type AudienceName = 'anonymous' | 'signed in' | 'owner' | 'other' | `role ${string}`;

/** The outcome of one field for one audience. */
export type Cell =
  | AllowedCell
  /** The whole request is refused before a resolver runs. */
  | { readonly outcome: 'refused'; readonly code: Reason; readonly rule: RestrictiveRule }
  | NullCell;

/** In a query the field is null, with an error of this code; a mutation is refused. The conditions are of the other rules. */
interface NullCell extends Conditions {
  readonly outcome: 'null';
  readonly code: Reason;
  readonly rule: RestrictiveRule;
}

/** Conditions that a viewer can fulfil. */
export interface Conditions {
  /** The greatest age of the viewer's last sign-in, in seconds; null for no limit. */
  readonly maxAge: number | null;
  /** Whether the viewer's e-mail address must be verified. */
  readonly emailVerified: boolean;
  /** The conditions on the scopes of the viewer's token: each must be met. Empty for none. */
  readonly scopes: readonly ScopeLists[];
}

interface AllowedCell extends Conditions {
  /**
   * `allowed`: every object. `own rows`: of `types`, only objects that the viewer owns. `no rows`: no object of
   * `types`. `withheld`: on an object that the viewer does not own, the field is null, with a FORBIDDEN error.
   */
  readonly outcome: 'allowed' | 'own rows' | 'no rows' | 'withheld';
  /** The object types whose rows the resolvers must filter; empty for the other outcomes. */
  readonly types: readonly string[];
  /** The conditions without which the field is null in a query. Missing without a rule with `onRefusal: NULL`. */
  readonly otherwiseNull?: Conditions;
}

/** One field of one object type. */
export interface MappedField {
  readonly coordinate: string;
  /** Every rule that applies: the type's, the field's and those of the interfaces. */
  readonly rules: readonly Rule[];
  /** By audience. Null for `owner` and `other` if neither the object nor the result has an owner. */
  readonly cells: Readonly<Record<AudienceName, Cell | null>>;
}

/**
 * An argument or input field with a rule: with `@owner` it accepts only the viewer's own id, with `@auth` a value only from
 * viewers who meet the conditions. With both, it is in the map twice.
 */
export interface MappedArgument {
  readonly coordinate: string;
  readonly rule: OwnerRule | AuthRule;
  /** Its type in SDL; one that ends in `!` is required. */
  readonly type: string;
}

/** The access of every audience to every field that a response can contain. */
export interface AccessMap {
  readonly audiences: readonly AudienceName[];
  /** The root types first, then by coordinate. */
  readonly fields: readonly MappedField[];
  readonly arguments: readonly MappedArgument[];
}

interface Audience {
  readonly name: AudienceName;
  readonly roles: readonly string[];
  readonly owns: 'all' | 'some' | 'none';
}

/**
 * Derives the access map from the rules alone. It neither compiles an operation nor calls `authorize`, so that tests
 * can compare the two.
 */
export function accessMap(policy: Policy): AccessMap {
  const audiences = mapAudiences(policy);
  const elements = readElements(policy.schema);
  const types = responseTypes(policy.schema).toSorted((type, other) => compareTypes(policy, type, other));
  const fields = types.flatMap((type) =>
    Object.keys(type.getFields())
      .toSorted()
      .map((field): MappedField => {
        const coordinate = `${type.name}.${field}`;
        const rules = [...typeRules(elements, type), ...fieldRules(elements, type, field)];
        const owned = ownersAtField(policy, type, field);
        const cells: Partial<Record<AudienceName, Cell | null>> = {};
        for (const audience of audiences)
          cells[audience.name] = accessCell(policy.requirement(type.name, field), owned, audience);
        return { coordinate, rules, cells: cells as MappedField['cells'] };
      }),
  );
  return { audiences: audiences.map(({ name }) => name), fields, arguments: argumentsOf(policy, types) };
}

function mapAudiences({ schema }: Policy): readonly Audience[] {
  return [
    { name: 'anonymous', roles: [], owns: 'none' },
    { name: 'signed in', roles: [], owns: 'some' },
    { name: 'owner', roles: [], owns: 'all' },
    { name: 'other', roles: [], owns: 'none' },
    ...rolesOf(schema).map((name): Audience => ({ name: `role ${name}`, roles: [name], owns: 'some' })),
  ];
}

/** The owner rules that apply at a field. */
interface OwnersAtField {
  /** By object type: the parent type and the result types. Their rows are filtered. */
  readonly rows: ReadonlyMap<string, readonly OwnerRule[]>;
  /** Of the field alone: its value is withheld from other viewers. */
  readonly field: readonly OwnerRule[];
}

function ownersAtField({ schema, owners, fieldOwners }: Policy, type: GraphQLObjectType, field: string): OwnersAtField {
  const resultTypes = possibleTypes(schema, getNamedType(type.getFields()[field]?.type));
  const names = [type, ...resultTypes].map(({ name }) => name);
  return {
    rows: new Map(names.flatMap((name) => (owners.has(name) ? [[name, owners.get(name) ?? []]] : []))),
    field: fieldOwners.get(`${type.name}.${field}`) ?? [],
  };
}

function accessCell(requirement: readonly RestrictiveRule[], owned: OwnersAtField, audience: Audience): Cell | null {
  const { name, owns } = audience;
  const hasOwner = owned.rows.size > 0 || owned.field.length > 0;
  if (!hasOwner && (name === 'owner' || name === 'other')) return null;
  const refusing = requirement.filter((rule) => !nullsField(rule));
  const nulling = requirement.filter(nullsField);
  for (const code of REASONS) {
    const rule = refusing.find((each) => isRefusedWith(code, each, audience));
    if (rule !== undefined) return { outcome: 'refused', code, rule };
  }
  for (const code of REASONS) {
    const rule = nulling.find((each) => isRefusedWith(code, each, audience));
    if (rule !== undefined) return { outcome: 'null', code, rule, ...conditionsOf(refusing) };
  }
  const isUnmet = (rule: OwnerRule) => owns !== 'all' && !rule.orRoles.some((role) => audience.roles.includes(role));
  const types = [...owned.rows].filter(([, rules]) => rules.some(isUnmet)).map(([typeName]) => typeName);
  const conditions = {
    ...conditionsOf(refusing),
    ...(nulling.length > 0 && { otherwiseNull: conditionsOf(nulling) }),
  };
  if (types.length > 0) return { outcome: owns === 'some' ? 'own rows' : 'no rows', types, ...conditions };
  return { outcome: owned.field.some(isUnmet) ? 'withheld' : 'allowed', types, ...conditions };
}

function conditionsOf(rules: readonly RestrictiveRule[]): Conditions {
  const auth = rules.filter((rule) => rule.kind === 'auth');
  const ages = auth.flatMap(({ maxAge }) => maxAge ?? []);
  return {
    maxAge: ages.length > 0 ? Math.min(...ages) : null,
    emailVerified: auth.some(({ emailVerified }) => emailVerified),
    scopes: auth.flatMap(({ scopes }) => (scopes === null ? [] : [scopes])),
  };
}

/**
 * Whether a rule always refuses an audience. What a viewer can fulfil, such as a new sign-in or a token with more scopes, is a condition instead.
 */
function isRefusedWith(code: Reason, rule: RestrictiveRule, { name, roles }: Audience): boolean {
  if (name === 'anonymous') return code === 'UNAUTHENTICATED';
  if (code !== 'FORBIDDEN' || rule.kind !== 'auth') return false;
  return rule.roles !== null && !rule.roles.some((role) => roles.includes(role));
}

function argumentsOf(policy: Policy, types: readonly GraphQLObjectType[]): readonly MappedArgument[] {
  const mapped = new Map<string, MappedArgument>();
  const add = (coordinate: string, type: unknown) => {
    for (const rule of [policy.ownerRuleOn(coordinate), policy.authRuleOn(coordinate)])
      if (rule !== null) mapped.set(`${coordinate} ${rule.kind}`, { coordinate, rule, type: String(type) });
  };
  for (const parent of types)
    for (const field of Object.values(parent.getFields()))
      for (const { name, type } of field.args) add(`${parent.name}.${field.name}(${name}:)`, type);
  for (const input of Object.values(policy.schema.getTypeMap()).filter(isInputObjectType))
    for (const { name, type } of Object.values(input.getFields())) add(`${input.name}.${name}`, type);
  const entries = [...mapped].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([, argument]) => argument);
}

function compareTypes({ schema }: Policy, type: GraphQLObjectType, other: GraphQLObjectType): number {
  const roots = rootTypes(schema);
  const rank = (each: GraphQLObjectType) => (roots.includes(each) ? roots.indexOf(each) : roots.length);
  return rank(type) - rank(other) || (type.name < other.name ? -1 : 1);
}
