import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { openSource } from '../../server/data/source.ts';
import { type TestAccounts, testAccounts, type Visitor } from '../../web/auth/testing/accounts.ts';
import { type Answer, type Api, bytes, startApi } from '../api/api.ts';
import { type Superuser, superuser } from '../api/people.ts';
import { CURRENT, ISSUER } from '../api/token.ts';

export const PASSWORD = 'Correct7horse';

/** A browser in which somebody is signed in, and the token that it was given. */
export interface Device {
  readonly visitor: Visitor;
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly sessionId: string;
}

/** The web app's accounts and several API processes on one database, none of which knows of the others. */
export interface RevocationScene {
  readonly accounts: TestAccounts;
  readonly apis: readonly Api[];
  readonly above: Superuser;
  signUp(): Promise<Device>;
  /** Signs the same user in elsewhere. */
  signInAs(device: Device, password?: string): Promise<Device>;
  /** What each process says to a token. */
  ask(token: string, query?: string): Promise<Answer[]>;
  /** Waits until every process refuses the token, with the bytes that any bad token gets. */
  isRefusedEverywhere(token: string): Promise<void>;
  isGoodEverywhere(token: string): Promise<void>;
  end(): Promise<void>;
}

/** The claims of a token, unverified. */
export function claimsIn(token: string): { readonly sid: string; readonly role: string; readonly user_id: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** Reads whom an answer of the accounts signed in. */
export async function deviceOf(visitor: Visitor, email: string, response: Response): Promise<Device> {
  const { accessToken = '' } = (await response.json()) as { readonly accessToken?: string };
  expect([response.status, accessToken]).toEqual([200, expect.stringContaining('.')]);
  const { user_id: userId, sid: sessionId } = claimsIn(accessToken);
  return { visitor, userId, email, token: accessToken, sessionId };
}

/** Lays the scene, with clocks that go. */
export async function revocationScene(processes = 3): Promise<RevocationScene> {
  const accounts = await testAccounts({
    TOKEN_SECRETS: `${CURRENT.kid}:${Buffer.from(CURRENT.secret).toString('base64url')}`,
    TOKEN_ISSUER: ISSUER,
  });
  const above = await superuser(accounts.database.superuser);
  const sources = await Promise.all(
    Array.from({ length: processes }, () => openSource({ url: accounts.database.api })),
  );
  const apis = await Promise.all(sources.map((source) => startApi(source, 'on', { clock: Date.now })));
  const ask = (token: string, query = '{ viewer { id } }') => Promise.all(apis.map((api) => api.ask(query, { token })));
  const bad = bytes(await (apis[0] as Api).ask('{ viewer { id } }', { token: 'bad' }));

  return {
    accounts,
    apis,
    above,
    async signUp() {
      const visitor = accounts.visitor();
      const email = `${randomUUID()}@example.com`;
      return deviceOf(visitor, email, await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD }));
    },
    async signInAs({ email }, password = PASSWORD) {
      const visitor = accounts.visitor();
      return deviceOf(visitor, email, await visitor.request('POST', '/sign-in/email', { email, password }));
    },
    ask,
    isRefusedEverywhere: (token) =>
      vi.waitFor(async () => expect(new Set((await ask(token)).map(bytes))).toEqual(new Set([bad])), {
        timeout: 5_000,
        interval: 5,
      }),
    async isGoodEverywhere(token) {
      for (const answer of await ask(token))
        expect([answer.status, answer.body?.data]).toEqual([200, { viewer: { id: claimsIn(token).user_id } }]);
    },
    async end() {
      for (const api of apis) await api.close();
      for (const source of sources) await source.close();
      await above.end();
      await accounts.end();
    },
  };
}
