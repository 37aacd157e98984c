import { watched } from '../walls/faults.ts';
import { type Scene, scene } from '../walls/scene.ts';
import { type Answer, type Api, type Asking, startApi } from './api.ts';

/** An answer, and what it cost the database. */
export interface Counted {
  readonly answer: Answer;
  /** The text of each statement, in the order sent. Opening and ending a transaction is none. */
  readonly statements: readonly string[];
}

/** The API on a scene of its own, with every statement of it in sight. Operations are to be sent one after the other. */
export interface CountedApi {
  readonly there: Scene;
  readonly api: Api;
  count(query: string, asking?: Asking): Promise<Counted>;
  end(): Promise<void>;
}

const FRAME = /^\s*(begin|commit|rollback)\s*$/i;

/** Starts it. */
export async function countedApi(): Promise<CountedApi> {
  const there = await scene();
  const { pool, statements } = watched(there.source.pool);
  const api = await startApi({ mapping: there.source.mapping, pool });
  return {
    there,
    api,
    async count(query, asking) {
      const before = statements.length;
      const answer = await api.ask(query, asking);
      return { answer, statements: statements.slice(before).filter((text) => !FRAME.test(text)) };
    },
    async end() {
      await api.close();
      await there.end();
    },
  };
}
