import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../server/operations/ports.ts';
import { createInstallation, kill, queryDatabase, READY_LINE, startFieldgate } from '../support/fieldgate-process.ts';
import { startScratchPostgres } from '../support/scratch-postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';

const SECRET = 'k'.repeat(43);

let databaseUrls: Readonly<Record<'DATABASE_URL' | 'API_DATABASE_URL' | 'AUTH_DATABASE_URL', string>>;
beforeEach(async () => {
  const postgres = await startScratchPostgres(path.join(temporaryFolder(), 'server'));
  onTestFinished(postgres.stop);
  await queryDatabase(postgres.superuserUrl, "create role maker login createrole password 'maker-password'");
  await queryDatabase(postgres.superuserUrl, 'create database shared owner maker');
  const url = (user: string) => `postgres://${user}:${user}-password@127.0.0.1:${postgres.port}/shared`;
  databaseUrls = {
    DATABASE_URL: url('maker'),
    API_DATABASE_URL: url('fieldgate_api'),
    AUTH_DATABASE_URL: url('fieldgate_auth'),
  };
});

/** Runs `npm run migrate` to its end. */
async function migrate(settings: NodeJS.ProcessEnv = databaseUrls) {
  const run = startFieldgate(settings, { command: 'migrate' });
  return { code: await run.waitForExit(), output: run.output() };
}

/** Returns the settings of the API and the web app on free ports, for a database that has been migrated. */
async function serviceSettings() {
  const [api, web, metrics, webMetrics] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const apiUrl = `http://localhost:${api}`;
  const webUrl = `http://localhost:${web}`;
  const { DATABASE_URL: _, ...urls } = databaseUrls;
  const settings = {
    ...urls,
    API_PORT: String(api),
    WEB_PORT: String(web),
    METRICS_PORT: String(metrics),
    WEB_METRICS_PORT: String(webMetrics),
    API_URL: apiUrl,
    WEB_URL: webUrl,
    TOKEN_ISSUER: webUrl,
    TOKEN_SECRETS: `test:${SECRET}`,
    BETTER_AUTH_SECRET: SECRET,
    WORKERS: '2',
    WEB_BUILD_DIR: '.next-test',
    DATA_DIR: temporaryFolder(),
  };
  const [metricsUrl, webMetricsUrl] = [metrics, webMetrics].map((port) => `http://127.0.0.1:${port}/metrics`);
  return { settings, apiUrl, webUrl, metricsUrl: metricsUrl ?? '', webMetricsUrl: webMetricsUrl ?? '' };
}

describe('npm run migrate', () => {
  // covers: PROC-02
  test('npm run migrate creates the tables once: two runs at once and a later one end with 0', async () => {
    const [first, second] = await Promise.all([migrate(), migrate()]);
    expect([first.code, second.code], first.output + second.output).toEqual([0, 0]);
    const migrated = [first, second].filter(({ output }) => output.includes('migrated CreateTasks'));
    expect(migrated).toHaveLength(1);
    const again = await migrate();
    expect(again.code).toBe(0);
    expect(again.output).toMatch(/^ {2}database migrated \(/m);
    expect(again.output).not.toContain('migrated CreateTasks');
  });

  // covers: PROC-02
  test('npm run migrate names the settings that are missing, and their form', async () => {
    const { DATABASE_URL } = databaseUrls;
    const { code, output } = await migrate({ DATABASE_URL, API_DATABASE_URL: '', AUTH_DATABASE_URL: '' });
    expect(code).toBe(1);
    expect(output).toMatch(/^ {2}API_DATABASE_URL is missing: expected a PostgreSQL URL .* for example postgres:/m);
    expect(output).toMatch(/^ {2}AUTH_DATABASE_URL is missing: /m);
    expect(output).not.toMatch(/^\s+at |maker-password/m);
  });

  // covers: POOL-04
  test('npm run migrate runs at the address of DIRECT_DATABASE_URL, not through a pooler', async () => {
    const { DATABASE_URL, API_DATABASE_URL } = databaseUrls;
    const pooled = Object.assign(new URL(DATABASE_URL), { port: String(await freePort()) }).href;
    const settings = { ...databaseUrls, DATABASE_URL: pooled };
    const { code, output } = await migrate({ ...settings, DIRECT_DATABASE_URL: API_DATABASE_URL });
    expect(code, output).toBe(0);
    expect(output).toContain('migrated CreateTasks');
    expect((await migrate(settings)).code).toBe(1);
  });

  // covers: PROC-02
  test('npm run migrate refuses the embedded database of a running npm start', async () => {
    const { dataDir, settings } = await createInstallation();
    const run = startFieldgate(settings);
    await run.waitForOutput('database migrated');
    const port = fs.readFileSync(path.join(dataDir, 'postgres.port'), 'utf8');
    const owner = `postgres://fieldgate:${loadSecrets(dataDir).passwords.owner}@127.0.0.1:${port}/fieldgate`;
    const { code, output } = await migrate({ ...databaseUrls, DATABASE_URL: owner });
    expect(code).toBe(1);
    expect(output).toContain('DATABASE_URL names the embedded database of a running `npm start`');
  });
});

describe('npm run api', () => {
  // covers: PROC-01, PROC-06, PROC-08
  test('npm run api answers alone with two workers, adds up their metrics, and ends with 0 on SIGTERM', async () => {
    await migrate();
    const { settings, apiUrl, metricsUrl } = await serviceSettings();
    const run = startFieldgate(settings, { command: 'api' });
    await run.waitForOutput('the API is listening');
    for (let index = 0; index < 4; index += 1)
      expect((await fetch(`${apiUrl}/readyz`, { headers: { connection: 'close' } })).status).toBe(200);
    const metrics = await (await fetch(metricsUrl)).text();
    expect(metrics).toMatch(/^fieldgate_workers 2$/m);
    expect(metrics).toMatch(/^fieldgate_requests_total\{status="200"\} 4$/m);
    // Each worker has a revocation channel of its own.
    expect(run.output().match(/the revocation channel is open/g)).toHaveLength(2);

    kill(run.pid, 'SIGHUP');
    await run.waitForOutput('the restart of the workers has ended');
    expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
    kill(run.pid, 'SIGTERM');
    expect(await run.waitForExit()).toBe(0);
  });

  // covers: PROC-01
  test('npm run api says how to migrate a database without tables, and lists the settings that are missing', async () => {
    await migrate();
    await queryDatabase(databaseUrls.DATABASE_URL, 'drop table app.task cascade');
    const { settings } = await serviceSettings();
    const run = startFieldgate(settings, { command: 'api' });
    expect(await run.waitForExit()).toBe(1);
    expect(run.output()).toContain('The table app.task is missing: run the migrations (npm run migrate');
    expect(run.output()).not.toMatch(/^\s+at /m);

    const bare = startFieldgate({ ...settings, API_DATABASE_URL: '', TOKEN_ISSUER: '' }, { command: 'api' });
    expect(await bare.waitForExit()).toBe(1);
    for (const name of ['API_DATABASE_URL', 'TOKEN_ISSUER'])
      expect(bare.output()).toMatch(new RegExp(`^ {2}${name} is missing: expected .+, for example `, 'm'));
  });
});

// covers: PROC-04
test.runIf(process.platform === 'linux')(
  'npm run api listens on the address of API_HOST, and refuses plain http on one that other machines reach',
  async () => {
    await migrate();
    const { settings } = await serviceSettings();
    const refused = startFieldgate({ ...settings, API_HOST: '0.0.0.0' }, { command: 'api' });
    expect(await refused.waitForExit()).toBe(1);
    expect(refused.output()).toContain('API_HOST is not valid: expected a loopback address while API_URL is not https');

    const run = startFieldgate({ ...settings, API_HOST: '0.0.0.0', PLAIN_HTTP: 'allowed' }, { command: 'api' });
    await run.waitForOutput('the API is listening');
    // A server on 127.0.0.1 alone does not answer at another loopback address.
    expect((await fetch(`http://127.0.0.2:${settings.API_PORT}/readyz`)).status).toBe(200);
    await expect(fetch(`http://127.0.0.2:${settings.METRICS_PORT}/metrics`)).rejects.toThrow('fetch failed');
  },
);

describe('npm run web', () => {
  // covers: PROC-03
  test('npm run web refuses to start without a build, and names the command', async () => {
    const { settings } = await serviceSettings();
    const run = startFieldgate({ ...settings, WEB_BUILD_DIR: '.next-missing' }, { command: 'web' });
    expect(await run.waitForExit()).toBe(1);
    expect(run.output()).toContain(
      'There is no finished build of the web client in web/.next-missing: run `npm run build` first.',
    );
  });

  // covers: PROC-03, PROC-05, SEE-02
  test('npm run web answers alone with two workers, and asks the API at API_INTERNAL_URL for the client of the page', async () => {
    await migrate();
    const { settings: own, apiUrl, webUrl, webMetricsUrl } = await serviceSettings();
    const settings = { ...own, TRUSTED_PROXIES: '127.0.0.1,::1' };
    const api = startFieldgate(settings, { command: 'api' });
    await api.waitForOutput('the API is listening');
    // No server listens at the public origin of the API.
    const other = `http://localhost:${await freePort()}`;
    const web = startFieldgate({ ...settings, API_URL: other, API_INTERNAL_URL: apiUrl }, { command: 'web' });
    await web.waitForOutput('the web app is listening');
    const page = await fetch(`${webUrl}/access`, { headers: { 'x-forwarded-for': '198.51.100.7' } });
    expect(await page.text()).toContain('open-Query.status');
    await api.waitForOutput('198.51.100.7');
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${other}`);
    const metrics = await (await fetch(webMetricsUrl)).text();
    for (const line of [
      'fieldgate_workers 2',
      'fieldgate_web_requests_total{status="200"} 1',
      'fieldgate_web_mail_waiting 0',
    ])
      expect(metrics).toContain(`${line}\n`);
    kill(web.pid, 'SIGHUP');
    await web.waitForOutput('the restart of the workers has ended');
    expect((await fetch(`${webUrl}/sign-in`)).status).toBe(200);
    kill(web.pid, 'SIGTERM');
    expect(await web.waitForExit()).toBe(0);
  });
});

// covers: HOST-01
test('with DRAIN_DELAY the API and the web app answer /readyz with 503 after SIGTERM and serve until they end with 0', async () => {
  await migrate();
  const { settings, apiUrl, webUrl } = await serviceSettings();
  const draining = { ...settings, WORKERS: '1', DRAIN_DELAY: '8s' };
  const api = startFieldgate(draining, { command: 'api' });
  const web = startFieldgate(draining, { command: 'web' });
  await api.waitForOutput('the API is listening');
  await web.waitForOutput('the web app is listening');
  for (const url of [apiUrl, webUrl]) expect((await fetch(`${url}/readyz`)).status).toBe(200);
  for (const { pid } of [api, web]) kill(pid, 'SIGTERM');
  for (const url of [apiUrl, webUrl])
    await vi.waitUntil(async () => (await fetch(`${url}/readyz`)).status === 503, { timeout: 5_000 });
  const body = JSON.stringify({ query: '{ status { ok } }' });
  const answer = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(200);
  expect((await fetch(`${webUrl}/sign-in`)).status).toBe(200);
  expect([await api.waitForExit(), await web.waitForExit()]).toEqual([0, 0]);
});

// covers: PROC-06
test('npm start with WORKERS=2 runs two workers of the API and of the web app, and stops them', async () => {
  const { settings, apiUrl, webUrl } = await createInstallation();
  const run = startFieldgate({ ...settings, WORKERS: '2' });
  await run.waitForOutput(READY_LINE);
  expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
  await vi.waitUntil(async () => (await fetch(`${webUrl}/sign-in`)).status === 200, { timeout: 10_000 });
  const metrics = await (await fetch(`http://127.0.0.1:${settings['METRICS_PORT']}`)).text();
  expect(metrics).toMatch(/^fieldgate_workers 2$/m);
  kill(run.pid, 'SIGTERM');
  expect(await run.waitForExit()).toBe(0);
});
