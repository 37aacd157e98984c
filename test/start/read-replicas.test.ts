import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { migrate } from '../../server/data/admin/migrate.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { freePort } from '../../server/operations/ports.ts';
import { startFieldgate } from '../support/fieldgate-process.ts';
import { startReplicatedPostgres } from '../support/replication/replicated-postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'k'.repeat(43);
const ADD = 'mutation ($title: String!) { createTask(input: { title: $title }) { id } }';

/** Starts a primary with a replica, `npm run api` with two workers and `npm run web`. */
async function startWithReplica() {
  const servers = await startReplicatedPostgres(path.join(temporaryFolder(), 'servers'), ({ url }) =>
    migrate({ databaseUrl: url('owner'), apiDatabaseUrl: url('api'), authDatabaseUrl: url('auth') }),
  );
  onTestFinished(servers.discard);
  const { primary, replica } = servers;
  const [api, web, metrics] = [await freePort(), await freePort(), await freePort()];
  const [apiUrl, webUrl] = [`http://localhost:${api}`, `http://localhost:${web}`];
  const settings = {
    API_DATABASE_URL: primary.url('api'),
    AUTH_DATABASE_URL: primary.url('auth'),
    API_READ_DATABASE_URL: replica.urlOf(primary.url('api')),
    POSITION_SECRET: SECRET,
    API_PORT: String(api),
    WEB_PORT: String(web),
    METRICS_PORT: String(metrics),
    API_URL: apiUrl,
    WEB_URL: webUrl,
    TOKEN_ISSUER: webUrl,
    TOKEN_SECRETS: `test:${SECRET}`,
    BETTER_AUTH_SECRET: SECRET,
    WEB_BUILD_DIR: '.next-test',
    DATA_DIR: temporaryFolder(),
  };
  const processes = [
    startFieldgate({ ...settings, WORKERS: '2' }, { command: 'api' }),
    startFieldgate({ ...settings, WORKERS: '1' }, { command: 'web' }),
  ] as const;
  await processes[0].waitForOutput('the API is listening');
  await processes[1].waitForOutput('the web app is listening');
  const { pathname } = new URL(primary.url('api'));
  const superuserUrl = Object.assign(new URL(primary.superuserUrl), { pathname }).href;
  return { replica, superuserUrl, apiUrl, webUrl, metricsUrl: `http://127.0.0.1:${metrics}` };
}

/** Signs up, and returns the session's cookie and a token whose sign-in is an hour old. */
async function signUpAnHourAgo(webUrl: string, superuserUrl: string) {
  const json = { 'content-type': 'application/json', origin: webUrl };
  const account = { name: 'Ada', email: 'ada@example.com', password: 'Correct7horse' };
  const signUp = await fetch(`${webUrl}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(account),
  });
  const cookie = signUp.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  await withClient(superuserUrl, (client) =>
    client.query(`update auth.session set authenticated_at = now() - interval '1 hour'`),
  );
  const response = await fetch(`${webUrl}/api/auth/access-token`, { headers: { cookie } });
  const { accessToken: token } = (await response.json()) as { readonly accessToken: string };
  return { cookie, token };
}

// covers: REPL-07
test('a task that is added while replay is paused is in the page of a reload and of a second tab, through two API workers', async () => {
  const { replica, superuserUrl, apiUrl, webUrl, metricsUrl } = await startWithReplica();
  const { cookie, token } = await signUpAnHourAgo(webUrl, superuserUrl);
  const page = async (cookies: string) => (await fetch(`${webUrl}/tasks`, { headers: { cookie: cookies } })).text();
  const reads = async (server: string, reason: string) => {
    const text = await (await fetch(metricsUrl)).text();
    return Number(text.match(`fieldgate_reads_total\\{server="${server}",reason="${reason}"\\} (\\d+)`)?.[1] ?? 0);
  };
  // On a busy machine the replica may be behind for moments.
  await vi.waitFor(
    async () => {
      await page(cookie);
      expect(await reads('replica', 'current')).toBeGreaterThan(0);
    },
    { timeout: 20_000 },
  );

  await replica.pauseReplay();
  const added = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, connection: 'close' },
    body: JSON.stringify({ query: ADD, variables: { title: 'added under paused replay' } }),
  });
  const position = added.headers.get('fieldgate-position');
  expect([added.status, position]).toEqual([200, expect.stringMatching(/^[0-9a-f]{16}\./)]);

  const cookies = `${cookie}; fieldgate-position=${position}`;
  for (const what of ['reload', 'second tab']) expect(await page(cookies), what).toContain('added under paused replay');
  expect(await reads('primary', 'behind')).toBeGreaterThan(0);
  await replica.resumeReplay();
  await replica.caughtUp();
  expect(await page(cookie)).toContain('added under paused replay');
});
