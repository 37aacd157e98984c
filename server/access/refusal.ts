import { type ASTNode, GraphQLError } from 'graphql';
import type { Rule } from './rule.ts';
import { withoutStack } from './without-stack.ts';

/** The reasons for a refusal, by descending precedence. */
export const REASONS = ['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'] as const;

/** One of the reasons for a refusal. */
export type Reason = (typeof REASONS)[number];

/** The greatest number of coordinates that a refusal names. */
export const MAX_REFUSALS = 20;

/** One refused coordinate. */
export interface Refusal {
  readonly reason: Reason;
  readonly coordinate: string;
  /** The rule that refused; for the log, never for the client. */
  readonly rule: Rule;
  readonly nodes: readonly ASTNode[];
}

const MESSAGES: Readonly<Record<Reason, string>> = {
  UNAUTHENTICATED: 'Sign in to use this.',
  FORBIDDEN: 'Not authorized.',
  EMAIL_NOT_VERIFIED: 'Verify your e-mail address to use this.',
  STEP_UP_REQUIRED: 'Sign in again to use this.',
};

/** Returns the error that a client receives: reason and coordinate, never the rule. */
export function refusalError({ reason, coordinate, rule, nodes }: Refusal): GraphQLError {
  const maxAge = reason === 'STEP_UP_REQUIRED' && rule.kind === 'auth' ? { maxAge: rule.maxAge } : {};
  return withoutStack(
    () => new GraphQLError(MESSAGES[reason], { nodes, extensions: { code: reason, coordinate, ...maxAge } }),
  );
}
