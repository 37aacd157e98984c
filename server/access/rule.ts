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

/** Whether a rule restricts access. */
export function isRestrictive(rule: Rule): rule is RestrictiveRule {
  return rule.kind !== 'public';
}
