import { afterAll, beforeAll } from 'vitest';
import { watched } from '../walls/faults.ts';
import { type Scene, scene } from '../walls/scene.ts';
import { type Answer, type Api, type ApiChanges, startApi } from './api.ts';
import { mint } from './token.ts';

/** The whole app on a scene of its own, while tests run. */
export interface OnScene {
  readonly there: Scene;
  readonly api: Api;
  /** The text of every statement so far; a test may empty it. */
  readonly statements: string[];
  /** Sends an operation as Bob. */
  asBob(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** How the walls behind the first are made to fall; none of them does unless said otherwise. */
export interface Ruin {
  /** What the superuser runs before the scene is laid. */
  readonly database?: string;
  /** Makes of each statement what is sent in its place. */
  readonly statements?: (text: string) => string;
}

/**
 * Lays a scene and starts the app on it before the first test of a file or suite, and ends both after its last.
 * @param settings of the app, where they are other than usual
 */
export function apiOnScene(ruin: Ruin = {}, settings: ApiChanges['settings'] = {}): OnScene {
  const on: { there?: Scene; api?: Api } & Pick<OnScene, 'statements'> = { statements: [] };
  beforeAll(async () => {
    on.there = await scene(ruin.database);
    const { pool, statements } = watched(on.there.source.pool, ruin.statements);
    Object.assign(on, {
      statements,
      api: await startApi({ mapping: on.there.source.mapping, pool }, 'on', { settings }),
    });
  });
  afterAll(async () => {
    await on.api?.close();
    await on.there?.end();
  });
  const asBob: OnScene['asBob'] = (query, variables) =>
    (on as OnScene).api.ask(query, { token: mint((on as OnScene).there.bob), ...(variables && { variables }) });
  return Object.assign(on, { asBob }) as OnScene;
}
