import { type ASTNode, GraphQLError } from 'graphql';
import type { Rule } from './rule.ts';

/** Why a caller is refused, in the order in which the reasons win. */
export const REASONS = ['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'] as const;

/** One of the reasons for a refusal. */
export type Reason = (typeof REASONS)[number];

/** At most so many coordinates are named in one refusal. */
export const MAX_REFUSALS = 20;

/** One coordinate that this caller may not reach. */
export interface Refusal {
  readonly reason: Reason;
  readonly coordinate: string;
  /** The rule that refused: for the log, never for the caller. */
  readonly rule: Rule;
  readonly nodes: readonly ASTNode[];
}

const MESSAGES: Readonly<Record<Reason, string>> = {
  UNAUTHENTICATED: 'Sign in to use this.',
  FORBIDDEN: 'Not authorized.',
  EMAIL_NOT_VERIFIED: 'Verify your e-mail address to use this.',
  STEP_UP_REQUIRED: 'Sign in again to use this.',
};

/** The error that tells a caller of a refusal: the reason and the coordinate, never the rule. */
export function refusalError({ reason, coordinate, rule, nodes }: Refusal): GraphQLError {
  const maxAge = reason === 'STEP_UP_REQUIRED' && rule.kind === 'auth' ? { maxAge: rule.maxAge } : {};
  return new GraphQLError(MESSAGES[reason], { nodes, extensions: { code: reason, coordinate, ...maxAge } });
}
