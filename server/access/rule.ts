import type { FileLocation } from './schema-problem.ts';

interface RuleBase {
  /** The schema coordinate of the directive. */
  readonly coordinate: string;
  readonly location: FileLocation | null;
}

/** Alternatives, each a list of scopes that must all be granted: as in Apollo's `@requiresScopes`. */
export type ScopeLists = readonly (readonly string[])[];

/** `@public`: anyone may read this. */
export interface PublicRule extends RuleBase {
  readonly kind: 'public';
  readonly reason: string;
}

/** What a refusal by `@auth` does: refuse the request, or make the field null. */
export type OnRefusal = 'REJECT' | 'NULL';

/** `@auth`: only a signed-in viewer who meets every condition. On an input field: only they may give a value. */
export interface AuthRule extends RuleBase {
  readonly kind: 'auth';
  /** The viewer must have one of these roles; null for no condition. */
  readonly roles: readonly string[] | null;
  /** The viewer's token must have every scope of one of these lists; null for no condition. */
  readonly scopes: ScopeLists | null;
  /** The greatest number of seconds since the viewer's last sign-in; null for no condition. */
  readonly maxAge: number | null;
  readonly emailVerified: boolean;
  /** `NULL` only on a field: in a query, a refusal by this rule makes that field null. */
  readonly onRefusal: OnRefusal;
}

/**
 * `@owner`: only the user whose id is in `field`. On an argument or input field, `field` is null: the value is the id.
 */
export interface OwnerRule extends RuleBase {
  readonly kind: 'owner';
  readonly field: string | null;
  /** Roles that may read objects of every owner. */
  readonly orRoles: readonly string[];
}

/** One application of an access directive. */
export type Rule = PublicRule | AuthRule | OwnerRule;

/** A rule that restricts access: every kind except `public`. */
export type RestrictiveRule = AuthRule | OwnerRule;

/** Whether granted scopes include every scope of one of the lists. */
export function hasScopes(lists: ScopeLists, granted: readonly string[]): boolean {
  return lists.some((all) => all.every((scope) => granted.includes(scope)));
}

/** Whether a refusal by a rule makes a field null in a query, instead of refusing the request. */
export function nullsField(rule: Rule): boolean {
  return rule.kind === 'auth' && rule.onRefusal === 'NULL';
}

/** Whether a rule restricts access. */
export function isRestrictive(rule: Rule): rule is RestrictiveRule {
  return rule.kind !== 'public';
}
