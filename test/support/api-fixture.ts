import { afterAll, beforeAll } from 'vitest';
import { recordStatements } from '../walls/disabled-layers.ts';
import { type SeededFixture, createSeededFixture } from './seeded-fixture.ts';
import { type ApiResponse, type TestApi, type TestApiOptions, startTestApi } from './test-api.ts';
import { signToken } from './test-token.ts';

/** The whole app on a scene of its own, while tests run. */
export interface ApiFixture {
  readonly seeded: SeededFixture;
  readonly api: TestApi;
  /** The text of every statement so far; a test may empty it. */
  readonly statements: string[];
  /** Sends an operation as Bob. */
  executeAsBob(query: string, variables?: Readonly<Record<string, unknown>>): Promise<ApiResponse>;
}

/** How the walls behind the first are made to fall; none of them does unless said otherwise. */
export interface DisabledLayers {
  /** What the superuser runs before the scene is laid. */
  readonly databaseSql?: string;
  /** Makes of each statement what is sent in its place. */
  readonly rewriteStatement?: (text: string) => string;
}

/**
 * Lays a scene and starts the app on it before the first test of a file or suite, and ends both after its last.
 * @param settings of the app, where they are other than usual
 */
export function setUpApiFixture(
  disabledLayers: DisabledLayers = {},
  settings: TestApiOptions['settings'] = {},
): ApiFixture {
  const fixture: { seeded?: SeededFixture; api?: TestApi } & Pick<ApiFixture, 'statements'> = { statements: [] };
  beforeAll(async () => {
    fixture.seeded = await createSeededFixture(disabledLayers.databaseSql);
    const { pool, statements } = recordStatements(fixture.seeded.source.pool, disabledLayers.rewriteStatement);
    Object.assign(fixture, {
      statements,
      api: await startTestApi({ mapping: fixture.seeded.source.mapping, pool }, 'on', { settings }),
    });
  });
  afterAll(async () => {
    await fixture.api?.close();
    await fixture.seeded?.end();
  });
  const executeAsBob: ApiFixture['executeAsBob'] = (query, variables) =>
    (fixture as ApiFixture).api.execute(query, {
      token: signToken((fixture as ApiFixture).seeded.bob),
      ...(variables && { variables }),
    });
  return Object.assign(fixture, { executeAsBob }) as ApiFixture;
}
