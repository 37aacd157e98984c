import type { Place } from './problem.ts';

interface Stated {
  /** Where in the schema the rule was stated, as a coordinate. */
  readonly coordinate: string;
  readonly place: Place | null;
}

/** Anyone may read this. */
export interface PublicRule extends Stated {
  readonly kind: 'public';
  readonly reason: string;
}

/** Only a signed-in caller; each condition that is not null has to hold as well. */
export interface AuthRule extends Stated {
  readonly kind: 'auth';
  /** Any one of them. */
  readonly roles: readonly string[] | null;
  /** Seconds since the caller last proved who they are. */
  readonly maxAge: number | null;
  readonly emailVerified: boolean;
}

/** Only the user whose id stands in `field`; in an argument or input field, `field` is null and the value is the id. */
export interface OwnerRule extends Stated {
  readonly kind: 'owner';
  readonly field: string | null;
  /** Roles that may act for every owner. */
  readonly orRoles: readonly string[];
}

/** One application of a directive of the policy, read. */
export type Rule = PublicRule | AuthRule | OwnerRule;

/** A rule that closes something: every kind but `public`. */
export type ClosingRule = AuthRule | OwnerRule;

/** Whether a rule closes what it stands on. */
export function closes(rule: Rule): rule is ClosingRule {
  return rule.kind !== 'public';
}
