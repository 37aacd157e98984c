import type { GraphQLError } from 'graphql';
import { challengeOf, type Refusal, refusalError } from '../access/index.ts';
import { httpExtension } from '../errors.ts';

/** The refusals of a request with the errors that they are answered with. */
export interface AnsweredRefusals {
  readonly refusals: readonly Refusal[];
  /** One for each refusal, in the same order. */
  readonly errors: readonly GraphQLError[];
}

/** How many kinds of refusal are kept for one selection: its callers lack a token, a role, a recent sign-in. */
const MAX_KEPT = 4;
/** By the nodes of the first refusal, the latest first. The nodes live as long as the document that is refused. */
const answered = new WeakMap<Refusal['nodes'], readonly AnsweredRefusals[]>();
const refusalErrors = new WeakSet<readonly GraphQLError[]>();

/**
 * Returns the refusals with their errors; the same object if the document was refused for the same reasons before. What is
 * made of it once, such as the text of the response or of a line in the log, is then found by it: making it takes longer
 * than authorizing the operation.
 */
export function answerRefusals(refusals: readonly Refusal[]): AnsweredRefusals {
  const [first] = refusals;
  const kept = (first && answered.get(first.nodes)) ?? [];
  const known = kept.find((each) => areSame(each.refusals, refusals));
  if (known !== undefined) return known;
  const errors = Object.freeze(refusals.map(refusalErrorWithStatus));
  const created = { refusals, errors };
  refusalErrors.add(errors);
  if (first !== undefined) answered.set(first.nodes, [created, ...kept.slice(0, MAX_KEPT - 1)]);
  return created;
}

/** Whether errors are those of refusals, which are the same array for the same refusals of a document. */
export function areRefusalErrors(errors: readonly GraphQLError[]): boolean {
  return refusalErrors.has(errors);
}

function areSame(known: readonly Refusal[], refusals: readonly Refusal[]): boolean {
  if (known.length !== refusals.length) return false;
  return known.every((each, index) => {
    const other = refusals[index];
    return (
      each.nodes === other?.nodes &&
      each.rule === other.rule &&
      each.reason === other.reason &&
      each.coordinate === other.coordinate
    );
  });
}

/** Adds status and challenge: RFC 6750 §3 for a request without a token, RFC 9470 §3 for a sign-in that is too old. */
function refusalErrorWithStatus(refusal: Refusal): GraphQLError {
  const error = refusalError(refusal);
  const challenge = challengeOf(refusal);
  error.extensions['http'] = httpExtension(refusal.reason, challenge === null ? {} : { 'www-authenticate': challenge });
  return error;
}
