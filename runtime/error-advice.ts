/** What an error code means, and what a client should do. `npm run codegen` makes the tables of docs/clients.md from it. */
export interface ErrorAdvice {
  /** One sentence. */
  readonly meaning: string;
  /** One or two sentences, to the author of a client. */
  readonly advice: string;
}

/** The advice for an error that only another request avoids. */
export const FIX_THE_CLIENT = 'Correct the client: the same request will fail again.';
