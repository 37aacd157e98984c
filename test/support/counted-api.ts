import type { ApiResponse, RequestOptions } from './test-api.ts';
import { setUpApiFixture, type ApiFixture } from './api-fixture.ts';

/** An answer, and what it cost the database. */
export interface CountedResponse {
  readonly response: ApiResponse;
  /** The text of each statement, in the order sent. Opening and ending a transaction is none. */
  readonly statements: readonly string[];
}

/** The API on a scene of its own, whose statements are counted. Operations are to be sent one after the other. */
export interface CountedApi extends ApiFixture {
  executeCounted(query: string, requestOptions?: RequestOptions): Promise<CountedResponse>;
}

const TRANSACTION_CONTROL = /^\s*(begin|commit|rollback)\s*$/i;

/** Starts it before the first test of a file, and ends it after the last. */
export function setUpCountedApi(): CountedApi {
  const fixture = setUpApiFixture();
  return Object.assign(fixture, {
    async executeCounted(query: string, requestOptions?: RequestOptions): Promise<CountedResponse> {
      const before = fixture.statements.length;
      const response = await fixture.api.execute(query, requestOptions);
      return {
        response,
        statements: fixture.statements.slice(before).filter((text) => !TRANSACTION_CONTROL.test(text)),
      };
    },
  });
}
