import { betterAuth } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestAccounts, type TestAccounts } from '../../test/support/test-accounts.ts';
import { createAuthPool } from './auth-pool.ts';
import { betterAuthOptions } from './better-auth-options.ts';
import { guessLimitPlugin } from './guess-limit-plugin.ts';

const PASSWORD = 'Correct7horse';
const EMAIL = 'ada@example.com';
const CODE = '123456';
let accounts: TestAccounts;
let pool: ReturnType<typeof createAuthPool>;
let handle: (path: string, body: object, cookie?: string) => Promise<Response>;

/** The second step of a sign-in, with the cookie and the row that Better Auth's plugin `two-factor` uses. */
const secondStep = {
  id: 'second-step',
  endpoints: {
    beginSignIn: createAuthEndpoint(
      '/begin',
      { method: 'POST', body: z.object({ userId: z.string() }) },
      async (ctx) => {
        const { name, attributes } = ctx.context.createAuthCookie('two_factor');
        await ctx.context.internalAdapter.createVerificationValue({
          value: ctx.body.userId,
          identifier: `2fa-${ctx.body.userId}`,
          expiresAt: new Date(Date.now() + 60_000),
        });
        await ctx.setSignedCookie(name, `2fa-${ctx.body.userId}`, ctx.context.secret, attributes);
        return ctx.json({});
      },
    ),
    verifyCode: createAuthEndpoint('/verify', { method: 'POST', body: z.object({ code: z.string() }) }, async (ctx) => {
      if (ctx.body.code !== CODE) throw new APIError('UNAUTHORIZED', { code: 'INVALID_CODE' });
      return ctx.json({});
    }),
  },
};

beforeAll(async () => {
  accounts = await createTestAccounts();
  pool = createAuthPool(accounts.config.AUTH_DATABASE_URL);
  const { issue, guessLimit } = accounts.services;
  const auth = betterAuth({
    ...betterAuthOptions(accounts.config, pool, issue, accounts.services),
    plugins: [guessLimitPlugin(guessLimit, new Map([['/verify', { guess: 'session' }]])), secondStep],
  });
  handle = (path, body, cookie = '') =>
    auth.handler(
      new Request(`http://localhost:3000/api/auth${path}`, {
        method: 'POST',
        headers: { origin: 'http://localhost:3000', 'content-type': 'application/json', ...(cookie && { cookie }) },
        body: JSON.stringify(body),
      }),
    );
});
afterAll(async () => {
  await pool.end();
  await accounts.end();
});

/** Signs up, and begins a sign-in that waits for the second factor; returns the address and the cookie. */
async function begin(email: string) {
  const owner = accounts.visitor();
  const signedUp = await owner.request('POST', '/sign-up/email', { email, password: PASSWORD });
  const { user } = (await signedUp.json()) as { user: { id: string } };
  const [cookie = ''] = (await handle('/begin', { userId: user.id })).headers.getSetCookie();
  return {
    pending: cookie.split(';', 1)[0] ?? '',
    device: `fieldgate.device=${owner.cookies.get('fieldgate.device')}`,
  };
}

// covers: ACCOUNT-02
test('of 30 concurrent guesses at the second factor ten are checked, and the right code does not count', async () => {
  const { pending } = await begin(EMAIL);
  for (let count = 0; count < 12; count++) expect((await handle('/verify', { code: CODE }, pending)).status).toBe(200);
  const responses = await Promise.all(Array.from({ length: 30 }, () => handle('/verify', { code: '000000' }, pending)));
  expect(responses.filter(({ status }) => status === 401)).toHaveLength(10);
  const limited = responses.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(20);
  expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(3_500);
  expect((await handle('/verify', { code: CODE }, pending)).status).toBe(429);
});

// covers: ACCOUNT-02
test('guesses of strangers at the password and at the second factor share one limit', async () => {
  const email = 'grace@example.com';
  const { pending } = await begin(email);
  const guess = () => accounts.visitor().request('POST', '/sign-in/email', { email, password: 'Wrong7horse' });
  for (let count = 0; count < 10; count++) expect((await guess()).status).toBe(401);
  expect((await handle('/verify', { code: CODE }, pending)).status).toBe(429);
});

// covers: ACCOUNT-23
test('a known browser passes the second factor although strangers have used up the guesses', async () => {
  const email = 'joan@example.com';
  const { pending, device } = await begin(email);
  for (let count = 0; count < 11; count++) await handle('/verify', { code: '000000' }, pending);
  expect((await handle('/verify', { code: CODE }, pending)).status).toBe(429);
  expect((await handle('/verify', { code: CODE }, `${pending}; ${device}`)).status).toBe(200);
});
