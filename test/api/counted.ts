import type { Answer, Asking } from './api.ts';
import { apiOnScene, type OnScene } from './on-scene.ts';

/** An answer, and what it cost the database. */
export interface Counted {
  readonly answer: Answer;
  /** The text of each statement, in the order sent. Opening and ending a transaction is none. */
  readonly statements: readonly string[];
}

/** The API on a scene of its own, whose statements are counted. Operations are to be sent one after the other. */
export interface CountedApi extends OnScene {
  count(query: string, asking?: Asking): Promise<Counted>;
}

const FRAME = /^\s*(begin|commit|rollback)\s*$/i;

/** Starts it before the first test of a file, and ends it after the last. */
export function countedApi(): CountedApi {
  const on = apiOnScene();
  return Object.assign(on, {
    async count(query: string, asking?: Asking): Promise<Counted> {
      const before = on.statements.length;
      const answer = await on.api.ask(query, asking);
      return { answer, statements: on.statements.slice(before).filter((text) => !FRAME.test(text)) };
    },
  });
}
