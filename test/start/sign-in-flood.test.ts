import { expect, test } from 'vitest';
import { queryAsOwner, createInstallation, READY_LINE, startFieldgate } from '../support/fieldgate-process.ts';

const PASSWORD = 'Correct7horse';

/** More than the number of concurrent password checks. web/auth/auth-gateway.test.ts tests a thousand in one process. */
const FLOOD = 300;

// covers: ACCOUNT-03, SC-006
test('serves 300 concurrent sign-ins over HTTP without a lost request or server error, records each wrong password, and serves signed-in users meanwhile', async () => {
  const { dataDir, settings, apiUrl, webUrl } = await createInstallation();
  // From fifty addresses: of one address, all but two hundred would be rejected at once.
  await startFieldgate({ ...settings, TRUSTED_PROXIES: '127.0.0.1,::1' }).waitForOutput(READY_LINE);
  const post = (path: string, address: string, body: object) =>
    fetch(`${webUrl}/api/auth${path}`, {
      method: 'POST',
      headers: { origin: webUrl, 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify(body),
    });
  const email = 'member@example.com';
  const signedUp = await post('/sign-up/email', '192.0.2.1', { email, password: PASSWORD });
  const { accessToken } = (await signedUp.json()) as { accessToken: string };
  const cookie = signedUp.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const asMember = {
    tasks: () =>
      fetch(`${apiUrl}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ viewer { email } tasks { totalCount } }' }),
      }),
    renewal: () => fetch(`${webUrl}/api/auth/access-token`, { headers: { cookie } }),
  };

  const over = new AbortController();
  const flood = Promise.all(
    Array.from({ length: FLOOD }, async (_, number) => {
      const body = { email: number % 2 === 0 ? email : `nobody${number}@example.com`, password: 'Wrong7horse' };
      const response = await post('/sign-in/email', `198.51.100.${number % 50}`, body);
      await response.arrayBuffer();
      return { status: response.status, wait: Number(response.headers.get('retry-after')) };
    }),
  ).finally(() => over.abort());
  const served: number[] = [];
  while (!over.signal.aborted)
    for (const execute of Object.values(asMember)) {
      const response = await execute();
      await response.arrayBuffer();
      served.push(response.status);
    }

  const responses = await flood;
  const failed = responses.filter(({ status }) => status === 401);
  const limited = responses.filter(({ status }) => status === 429);
  // How many find the queue full depends on their arrival rate: on a busy machine none does.
  expect(failed.length + limited.length).toBe(FLOOD);
  expect(failed.length).toBeGreaterThan(100);
  for (const { wait } of limited) expect(wait).toBeGreaterThan(0);
  expect(new Set(served)).toEqual(new Set([200]));
  expect(served.length).toBeGreaterThan(1);
  const kept = `select count(*)::integer as kept from auth.auth_event where kind = 'SIGN_IN' and outcome = 'FAILED'`;
  expect(await queryAsOwner(dataDir, kept)).toEqual([{ kept: failed.length }]);
});
