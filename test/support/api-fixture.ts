import { afterAll, beforeAll } from 'vitest';
import { recordStatements, type StatementHooks } from './recording-pool.ts';
import { type SeededFixture, createSeededFixture } from './seeded-fixture.ts';
import { type ApiResponse, type RequestOptions, type TestApi, type TestApiOptions, startTestApi } from './test-api.ts';
import { signToken } from './test-token.ts';

/** The API on a seeded database; its statements are recorded. */
export interface ApiFixture {
  readonly seeded: SeededFixture;
  readonly api: TestApi;
  /** The text of every statement so far; a test may empty it. */
  readonly statements: string[];
  /** Sends an operation as Bob. */
  executeAsBob(query: string, variables?: Readonly<Record<string, unknown>>): Promise<ApiResponse>;
  /** Sends an operation and returns its response with its statements. Only one may be under way at a time. */
  executeCounted(query: string, requestOptions?: RequestOptions): Promise<CountedResponse>;
}

/** A response and the statements that it took. */
export interface CountedResponse {
  readonly response: ApiResponse;
  /** The text of each statement in the order sent, without BEGIN, COMMIT and ROLLBACK. */
  readonly statements: readonly string[];
}

/** How walls 2 and 3 are disabled. Default: they are not. */
export interface DisabledLayers {
  /** SQL that the superuser runs before the rows are inserted. */
  readonly databaseSql?: string;
  /** Returns the text that is sent in place of a statement's. */
  readonly rewriteStatement?: NonNullable<StatementHooks['rewrite']>;
}

const TRANSACTION_CONTROL = /^\s*(begin|commit|rollback)\s*$/i;

/**
 * Seeds a database and starts the API on it before the first test of a file or suite; ends both after the last.
 * @param settings settings of the API that differ from those of `startTestApi`
 */
export function setUpApiFixture(
  { databaseSql, rewriteStatement }: DisabledLayers = {},
  settings: TestApiOptions['settings'] = {},
): ApiFixture {
  const fixture = { statements: [] as string[] } as { -readonly [Name in keyof ApiFixture]: ApiFixture[Name] };
  beforeAll(async () => {
    fixture.seeded = await createSeededFixture(databaseSql);
    const { mapping, pool } = fixture.seeded.source;
    const recording = recordStatements(pool, { rewrite: rewriteStatement });
    fixture.statements = recording.statements;
    fixture.api = await startTestApi({ mapping, pool: recording.pool }, 'on', { settings });
  });
  afterAll(async () => {
    await (fixture as Partial<ApiFixture>).api?.close();
    await (fixture as Partial<ApiFixture>).seeded?.end();
  });
  fixture.executeAsBob = (query, variables) =>
    fixture.api.execute(query, { token: signToken(fixture.seeded.bob), ...(variables && { variables }) });
  fixture.executeCounted = async (query, requestOptions) => {
    const before = fixture.statements.length;
    const response = await fixture.api.execute(query, requestOptions);
    const statements = fixture.statements.slice(before).filter((text) => !TRANSACTION_CONTROL.test(text));
    return { response, statements };
  };
  return fixture;
}
