import { getNamedType, type GraphQLObjectType, isEnumType, isInputObjectType } from 'graphql';
import { responseTypes } from './check-schema.ts';
import { readElements } from './schema-elements.ts';
import { fieldRules, type Policy, typeRules } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import { REASONS, type Reason } from './refusal.ts';
import type { RestrictiveRule, OwnerRule, Rule } from './rule.ts';

/**
 * Who asks. `owner` owns every object at hand: the one that the field is on and those that it leads to; `other` owns
 * none of them; whoever is neither owns some. A role is a signed-in caller who has that one.
 */
export type AudienceName = 'anonymous' | 'signed in' | 'owner' | 'other' | `role ${string}`;

/** What becomes of one field for one audience. */
export type Cell =
  | AllowedCell
  /** The whole request is refused before a resolver runs. */
  | { readonly outcome: 'refused'; readonly code: Reason; readonly rule: RestrictiveRule };

interface AllowedCell {
  /**
   * `allowed`: every object there is. `own rows`: of the types named, only objects that are the caller's own.
   * `no rows`: of the types named, nothing. `withheld`: where the object is not the caller's, the field is null, with
   * FORBIDDEN beside the rest of the answer.
   */
  readonly outcome: 'allowed' | 'own rows' | 'no rows' | 'withheld';
  /** The object types whose rows are filtered; empty for the other outcomes. */
  readonly types: readonly string[];
  /** Asked besides: the most seconds since the caller last signed in; null where any age will do. */
  readonly maxAge: number | null;
  /** Asked besides: an address that has been verified. */
  readonly emailVerified: boolean;
}

/** One field of one object type. */
export interface MappedField {
  readonly coordinate: string;
  /** Everything that the schema says of it: the type's rules, the field's and the interfaces'. */
  readonly rules: readonly Rule[];
  /** One for each audience. Null for `owner` and `other` where nothing at hand has an owner. */
  readonly cells: Readonly<Record<AudienceName, Cell | null>>;
}

/** An argument or input field that takes nobody's id but the caller's own: any other refuses the request, `FORBIDDEN`. */
export interface MappedArgument {
  readonly coordinate: string;
  readonly rule: OwnerRule;
  /** Its type, as GraphQL writes it. One that ends in `!` cannot be left out. */
  readonly type: string;
}

/** Who may reach what, for every field that an answer can hold. */
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
 * Derives the access map from the rules alone: no operation is compiled and no request judged, so that the engine's
 * judgement can be compared with it.
 */
export function accessMap(policy: Policy): AccessMap {
  const audiences = mapAudiences(policy);
  const elements = readElements(policy.schema);
  const types = responseTypes(policy.schema).toSorted((rule, other) => compareTypes(policy, rule, other));
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
  const role = schema.getType('Role');
  const names = isEnumType(role) ? role.getValues().map(({ name }) => name) : [];
  return [
    { name: 'anonymous', roles: [], owns: 'none' },
    { name: 'signed in', roles: [], owns: 'some' },
    { name: 'owner', roles: [], owns: 'all' },
    { name: 'other', roles: [], owns: 'none' },
    ...names.map((name): Audience => ({ name: `role ${name}`, roles: [name], owns: 'some' })),
  ];
}

/** The owners whose word counts at a field. */
interface OwnersAtField {
  /** By object type: the one that the field is on, and those that it leads to. Their rows are filtered. */
  readonly rows: ReadonlyMap<string, readonly OwnerRule[]>;
  /** Of the field alone: for others it is withheld. */
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
  for (const code of REASONS) {
    const rule = requirement.find((each) => isRefusedWith(code, each, audience));
    if (rule !== undefined) return { outcome: 'refused', code, rule };
  }
  const isUnmet = (rule: OwnerRule) => owns !== 'all' && !rule.orRoles.some((role) => audience.roles.includes(role));
  const types = [...owned.rows].filter(([, rules]) => rules.some(isUnmet)).map(([typeName]) => typeName);
  const auth = requirement.filter((rule) => rule.kind === 'auth');
  const ages = auth.flatMap(({ maxAge }) => maxAge ?? []);
  const conditions = {
    maxAge: ages.length > 0 ? Math.min(...ages) : null,
    emailVerified: auth.some(({ emailVerified }) => emailVerified),
  };
  if (types.length > 0) return { outcome: owns === 'some' ? 'own rows' : 'no rows', types, ...conditions };
  return { outcome: owned.field.some(isUnmet) ? 'withheld' : 'allowed', types, ...conditions };
}

/** Whether a rule refuses an audience whatever it does. What a caller can mend, by a new sign-in, is a condition. */
function isRefusedWith(code: Reason, rule: RestrictiveRule, { name, roles }: Audience): boolean {
  if (name === 'anonymous') return code === 'UNAUTHENTICATED';
  if (code !== 'FORBIDDEN' || rule.kind !== 'auth') return false;
  return rule.roles !== null && !rule.roles.some((role) => roles.includes(role));
}

function argumentsOf(policy: Policy, types: readonly GraphQLObjectType[]): readonly MappedArgument[] {
  const ownerArguments = new Map<string, MappedArgument>();
  const add = (coordinate: string, type: unknown) => {
    const rule = policy.ownerRuleOn(coordinate);
    if (rule !== null) ownerArguments.set(coordinate, { coordinate, rule, type: String(type) });
  };
  for (const parent of types)
    for (const field of Object.values(parent.getFields()))
      for (const { name, type } of field.args) add(`${parent.name}.${field.name}(${name}:)`, type);
  for (const input of Object.values(policy.schema.getTypeMap()).filter(isInputObjectType))
    for (const { name, type } of Object.values(input.getFields())) add(`${input.name}.${name}`, type);
  return [...ownerArguments.values()].toSorted((rule, other) => (rule.coordinate < other.coordinate ? -1 : 1));
}

function compareTypes({ schema }: Policy, rule: GraphQLObjectType, other: GraphQLObjectType): number {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const rank = (type: GraphQLObjectType) => (roots.includes(type) ? roots.indexOf(type) : roots.length);
  return rank(rule) - rank(other) || (rule.name < other.name ? -1 : 1);
}
