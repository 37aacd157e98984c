import type { FileLocation } from './schema-problem.ts';

interface RuleBase {
  /** Where in the schema the rule was stated, as a coordinate. */
  readonly coordinate: string;
  readonly location: FileLocation | null;
}

/** Anyone may read this. */
export interface PublicRule extends RuleBase {
  readonly kind: 'public';
  readonly reason: string;
}

/** Only a signed-in caller; each condition that is not null has to hold as well. */
export interface AuthRule extends RuleBase {
  readonly kind: 'auth';
  /** Any one of them. */
  readonly roles: readonly string[] | null;
  /** Seconds since the caller last proved who they are. */
  readonly maxAge: number | null;
  readonly emailVerified: boolean;
}

/** Only the user whose id stands in `field`; in an argument or input field, `field` is null and the value is the id. */
export interface OwnerRule extends RuleBase {
  readonly kind: 'owner';
  readonly field: string | null;
  /** Roles that may act for every owner. */
  readonly orRoles: readonly string[];
}

/** One application of a directive of the policy, read. */
export type Rule = PublicRule | AuthRule | OwnerRule;

/** A rule that closes something: every kind but `public`. */
export type RestrictiveRule = AuthRule | OwnerRule;

/** Whether a rule closes what it stands on. */
export function isRestrictive(rule: Rule): rule is RestrictiveRule {
  return rule.kind !== 'public';
}
