import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { openDatabaseSource } from '../../server/data/database-source.ts';
import { type TestAccounts, createTestAccounts, type Visitor } from './test-accounts.ts';
import { type ApiResponse, type TestApi, comparableText, startTestApi } from './test-api.ts';
import { type Superuser, connectSuperuser } from './superuser.ts';
import { CURRENT_SECRET, ISSUER } from './test-token.ts';

export const VALID_PASSWORD = 'Correct7horse';

/** A browser that is signed in, and its access token. */
export interface Device {
  readonly visitor: Visitor;
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly sessionId: string;
}

/** The web app's accounts and several independent API processes on one database. */
export interface RevocationFixture {
  readonly accounts: TestAccounts;
  readonly apis: readonly TestApi[];
  readonly superuser: Superuser;
  signUp(): Promise<Device>;
  /** Signs the same user in from another browser. */
  signInAs(device: Device, password?: string): Promise<Device>;
  /** Sends an operation with the token to each process. */
  execute(token: string, query?: string): Promise<ApiResponse[]>;
  /** Waits up to 5 s until every process answers the token with the bytes that any bad token gets. */
  expectRefusedEverywhere(token: string): Promise<void>;
  /** Expects every process to serve the token's user. */
  expectAcceptedEverywhere(token: string): Promise<void>;
  end(): Promise<void>;
}

/** Returns the claims of a token without verifying it. */
export function decodeClaims(token: string): { readonly sid: string; readonly role: string; readonly user_id: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** Returns the device that a successful sign-up, sign-in or renewal response signed in. */
export async function toDevice(visitor: Visitor, email: string, response: Response): Promise<Device> {
  const { accessToken = '' } = (await response.json()) as { readonly accessToken?: string };
  expect([response.status, accessToken]).toEqual([200, expect.stringContaining('.')]);
  const { user_id: userId, sid: sessionId } = decodeClaims(accessToken);
  return { visitor, userId, email, token: accessToken, sessionId };
}

/** Starts accounts and API processes, with real clocks. */
export async function createRevocationFixture(processes = 3): Promise<RevocationFixture> {
  const accounts = await createTestAccounts({
    TOKEN_SECRETS: `${CURRENT_SECRET.kid}:${Buffer.from(CURRENT_SECRET.secret).toString('base64url')}`,
    TOKEN_ISSUER: ISSUER,
  });
  const superuser = await connectSuperuser(accounts.database.superuser);
  const sources = await Promise.all(
    Array.from({ length: processes }, () => openDatabaseSource({ url: accounts.database.api })),
  );
  const apis = await Promise.all(sources.map((source) => startTestApi(source, 'on', { clock: Date.now })));
  const execute = (token: string, query = '{ viewer { id } }') =>
    Promise.all(apis.map((api) => api.execute(query, { token })));
  const refusal = comparableText(await (apis[0] as TestApi).execute('{ viewer { id } }', { token: 'bad' }));

  return {
    accounts,
    apis,
    superuser,
    async signUp() {
      const visitor = accounts.visitor();
      const email = `${randomUUID()}@example.com`;
      return toDevice(
        visitor,
        email,
        await visitor.request('POST', '/sign-up/email', { email, password: VALID_PASSWORD }),
      );
    },
    async signInAs({ email }, password = VALID_PASSWORD) {
      const visitor = accounts.visitor();
      return toDevice(visitor, email, await visitor.request('POST', '/sign-in/email', { email, password }));
    },
    execute,
    expectRefusedEverywhere: (token) =>
      vi.waitFor(async () => expect(new Set((await execute(token)).map(comparableText))).toEqual(new Set([refusal])), {
        timeout: 5_000,
        interval: 5,
      }),
    async expectAcceptedEverywhere(token) {
      for (const response of await execute(token))
        expect([response.status, response.body?.data]).toEqual([200, { viewer: { id: decodeClaims(token).user_id } }]);
    },
    async end() {
      for (const api of apis) await api.close();
      for (const source of sources) await source.close();
      await superuser.end();
      await accounts.end();
    },
  };
}
