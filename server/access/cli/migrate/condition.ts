/**
 * Whom a rule of another library admits. The dialects translate their rules to conditions; `toRules` translates a
 * condition to access rules, and admits nobody whom the condition refuses.
 */
export type Condition =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'signed in' }
  /** Callers with any one of the roles. */
  | { readonly kind: 'roles'; readonly roles: readonly string[] }
  /** Callers with all scopes of any one list. */
  | { readonly kind: 'scopes'; readonly scopes: readonly (readonly string[])[] }
  /** The user whose id is in the field of the object. */
  | { readonly kind: 'owner'; readonly field: string }
  /** What cannot be carried over, with the reason. */
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] };

/** Access rules for one element. What is not null must hold; unless `isPublic`, the caller must be signed in. */
export interface Rules {
  readonly isPublic: boolean;
  readonly roles: readonly string[] | null;
  readonly scopes: readonly (readonly string[])[] | null;
  readonly owner: { readonly field: string; readonly orRoles: readonly string[] } | null;
}

/** The access rules of a condition. */
export interface Translation {
  /** Null if the condition cannot be carried over. */
  readonly rules: Rules | null;
  /** Why not; or whom the rules do not admit although the condition does. */
  readonly lost: readonly string[];
}

export const PUBLIC: Rules = { isPublic: true, roles: null, scopes: null, owner: null };
export const SIGNED_IN: Rules = { isPublic: false, roles: null, scopes: null, owner: null };

/** Translates a condition. An alternative that is unknown is left out, which admits fewer callers; a requirement is not. */
export function toRules(condition: Condition): Translation {
  switch (condition.kind) {
    case 'everyone':
      return { rules: PUBLIC, lost: [] };
    case 'signed in':
      return { rules: SIGNED_IN, lost: [] };
    case 'roles':
      if (condition.roles.length === 0) return { rules: null, lost: ['its list of roles is empty'] };
      return { rules: { ...SIGNED_IN, roles: [...new Set(condition.roles)] }, lost: [] };
    case 'scopes':
      if (condition.scopes.length === 0 || condition.scopes.some((group) => group.length === 0))
        return { rules: null, lost: ['its list of scopes is empty'] };
      return { rules: { ...SIGNED_IN, scopes: withoutRedundant(condition.scopes) }, lost: [] };
    case 'owner':
      return { rules: { ...SIGNED_IN, owner: { field: condition.field, orRoles: [] } }, lost: [] };
    case 'unknown':
      return { rules: null, lost: [condition.why] };
    case 'all':
      return everyOf(condition.of.map(toRules));
    case 'any':
      return anyOf(condition.of.map(toRules));
  }
}

function everyOf(parts: readonly Translation[]): Translation {
  const lost = parts.flatMap((part) => part.lost);
  let result: Rules = PUBLIC;
  for (const { rules } of parts) {
    const next = rules && and(result, rules);
    if (next === null)
      return { rules: null, lost: lost.length > 0 ? lost : ['one element cannot have both of its requirements'] };
    result = next;
  }
  return parts.length === 0 ? { rules: null, lost: ['it has no requirement'] } : { rules: result, lost };
}

function anyOf(parts: readonly Translation[]): Translation {
  const lost = parts.flatMap((part) => part.lost);
  const alternatives = parts.flatMap(({ rules }) => (rules === null ? [] : [rules]));
  // Merges pairs until none merges: the order of the alternatives must not matter.
  for (let merged = true; merged; ) {
    merged = false;
    for (const [index, one] of alternatives.entries()) {
      const at = alternatives.findIndex((other, otherIndex) => otherIndex > index && or(one, other) !== null);
      if (at === -1) continue;
      alternatives.splice(index, 1, or(one, alternatives.splice(at, 1)[0] ?? one) ?? one);
      merged = true;
      break;
    }
  }
  const [rules, second] = alternatives;
  if (rules === undefined) return { rules: null, lost: lost.length > 0 ? lost : ['it admits nobody'] };
  if (second !== undefined)
    return { rules: null, lost: [...lost, `one rule cannot admit ${alternatives.map(describe).join(' or ')}`] };
  return { rules, lost };
}

/** Returns the rules that hold if both hold; null if one element cannot have them. */
export function and(one: Rules, other: Rules): Rules | null {
  if (implies(one, other)) return one;
  if (implies(other, one)) return other;
  const roles = narrower(one.roles, other.roles, subset);
  const owner = narrower(one.owner, other.owner, ownerImplies);
  if (roles === undefined || owner === undefined) return null;
  const scopes =
    one.scopes && other.scopes
      ? withoutRedundant(one.scopes.flatMap((group) => (other.scopes ?? []).map((more) => union(group, more))))
      : (one.scopes ?? other.scopes);
  return { isPublic: false, roles, scopes, owner };
}

/** Returns the rules that hold if either holds; null if one element cannot have them. */
function or(one: Rules, other: Rules): Rules | null {
  if (implies(one, other)) return other;
  if (implies(other, one)) return one;
  if (isOnly(one, 'roles') && isOnly(other, 'roles'))
    return { ...SIGNED_IN, roles: union(one.roles ?? [], other.roles ?? []) };
  if (isOnly(one, 'scopes') && isOnly(other, 'scopes'))
    return { ...SIGNED_IN, scopes: withoutRedundant([...(one.scopes ?? []), ...(other.scopes ?? [])]) };
  const [owned, second] = isOnly(one, 'owner') ? [one, other] : [other, one];
  if (!isOnly(owned, 'owner') || owned.owner === null) return null;
  const { field, orRoles } = owned.owner;
  if (isOnly(second, 'roles')) return { ...SIGNED_IN, owner: { field, orRoles: union(orRoles, second.roles ?? []) } };
  if (!isOnly(second, 'owner') || second.owner?.field !== field) return null;
  return { ...SIGNED_IN, owner: { field, orRoles: union(orRoles, second.owner.orRoles) } };
}

/** Whether every caller whom `one` admits is admitted by `other`. */
export function implies(one: Rules, other: Rules): boolean {
  if (other.isPublic) return true;
  if (one.isPublic) return false;
  return (
    (other.roles === null || (one.roles !== null && subset(one.roles, other.roles))) &&
    (other.owner === null || (one.owner !== null && ownerImplies(one.owner, other.owner))) &&
    (other.scopes === null ||
      (one.scopes?.every((group) => other.scopes?.some((fewer) => subset(fewer, group))) ?? false))
  );
}

type Clause = 'roles' | 'scopes' | 'owner';

function isOnly(rules: Rules, clause: Clause): boolean {
  const clauses: readonly Clause[] = ['roles', 'scopes', 'owner'];
  return !rules.isPublic && clauses.every((name) => (rules[name] !== null) === (name === clause));
}

/** Returns the clause that implies the other one; undefined if neither does. Null is no clause. */
function narrower<T>(one: T | null, other: T | null, impliedBy: (one: T, other: T) => boolean): T | null | undefined {
  if (one === null || other === null) return one ?? other;
  if (impliedBy(one, other)) return one;
  return impliedBy(other, one) ? other : undefined;
}

function ownerImplies(one: NonNullable<Rules['owner']>, other: NonNullable<Rules['owner']>): boolean {
  return one.field === other.field && subset(one.orRoles, other.orRoles);
}

/** Returns the lists that no other list makes redundant: the schema rules refuse the others, which admit nobody else. */
function withoutRedundant(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const different = groups
    .map((group) => [...new Set(group)])
    .filter((group, index, all) => !all.slice(0, index).some((other) => sameSet(group, other)));
  return different.filter((group) => !different.some((other) => other !== group && subset(other, group)));
}

const sameSet = (these: readonly string[], others: readonly string[]) => subset(these, others) && subset(others, these);
const subset = (these: readonly string[], others: readonly string[]) => these.every((item) => others.includes(item));
const union = (these: readonly string[], others: readonly string[]) => [...new Set([...these, ...others])];

function describe({ roles, scopes, owner }: Rules): string {
  return [
    ...(roles ? [`roles ${roles.join(', ')}`] : []),
    ...(scopes ? [`scopes ${scopes.map((group) => group.join(' and ')).join(', ')}`] : []),
    ...(owner ? [`the owner in ${owner.field}`] : []),
  ].join(' and ');
}

/**
 * Formats rules as directives.
 * @param reason of `@public`
 */
export function formatRules({ isPublic, roles, scopes, owner }: Rules, reason: string): string {
  if (isPublic) return `@public(reason: ${JSON.stringify(reason)})`;
  const authArguments = [
    ...(roles ? [`roles: [${roles.join(', ')}]`] : []),
    ...(scopes ? [`scopes: ${formatScopes(scopes)}`] : []),
  ];
  const auth = authArguments.length > 0 ? `@auth(${authArguments.join(', ')})` : '@auth';
  if (owner === null) return auth;
  const orRoles = owner.orRoles.length > 0 ? `, orRoles: [${owner.orRoles.join(', ')}]` : '';
  const ownerDirective = `@owner(field: ${JSON.stringify(owner.field)}${orRoles})`;
  return authArguments.length > 0 ? `${auth} ${ownerDirective}` : ownerDirective;
}

/** Formats the value of `@auth(scopes:)`. */
function formatScopes(scopes: readonly (readonly string[])[]): string {
  return `[${scopes.map((group) => `[${group.map((scope) => JSON.stringify(scope)).join(', ')}]`).join(', ')}]`;
}
