import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startScratchPostgres } from '../support/scratch-postgres.ts';
import { type TcpProxy, startTcpProxy } from '../support/tcp-proxy.ts';
import {
  kill,
  createInstallation,
  type FieldgateProcess,
  servicePid,
  startFieldgate,
} from '../support/fieldgate-process.ts';

const PAGES = ['/', '/tasks', '/sign-in', '/sign-up', '/sign-in?next=%2Ftasks'];
/** More than the web app's database connections. */
const CROWD = 60;

/** Longer than five restarts with their backoff, in milliseconds. */
const AWAY_MILLISECONDS = 15_000;

/** A Fieldgate whose connections to the database and, for the web app, to the API go through proxies, with a signed-in user. */
async function breakableFieldgate() {
  const postgres = await startScratchPostgres(path.join(temporaryFolder(), 'server'));
  onTestFinished(postgres.discard);
  const installation = await createInstallation();
  const database = await proxyTo(postgres.url('owner'));
  const api = await proxyTo(installation.apiUrl);
  const run = startFieldgate({
    ...installation.settings,
    DATABASE_URL: database.proxiedUrl(postgres.url('owner')),
    API_URL: new URL(api.proxiedUrl(installation.apiUrl)).origin,
  });
  await run.waitForOutput('Ctrl-C stops it.');
  const cookie = await signUp(installation.webUrl);
  const view = (page: string, headers: Record<string, string> = { cookie }) =>
    fetch(installation.webUrl + page, { headers, redirect: 'manual', signal: AbortSignal.timeout(30_000) });
  return { run, installation, database, api, cookie, view };
}

async function proxyTo(target: string): Promise<TcpProxy> {
  const proxy = await startTcpProxy(target);
  onTestFinished(proxy.close);
  return proxy;
}

async function signUp(webUrl: string): Promise<string> {
  const response = await fetch(`${webUrl}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { origin: webUrl, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'Correct7horse' }),
  });
  expect(response.status).toBe(200);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
}

/** Returns the lines printed since the start. */
function logLines(run: FieldgateProcess): string[] {
  return (run.output().split('Ctrl-C stops it.\n')[1] ?? '').split('\n').filter(Boolean);
}

interface LogLine {
  readonly process?: string;
  readonly event?: string;
  readonly msg: string;
  readonly time: number;
  readonly error?: string;
  readonly code?: string;
  readonly suppressed?: number;
  readonly stack?: string;
}

test('without the database, pages that need the session return 503 with a message and Retry-After, within seconds if it is frozen; the log has each cause once a second; pages recover with the database', async () => {
  const { run, database, cookie, view } = await breakableFieldgate();
  expect((await view('/tasks')).status).toBe(200);

  database.disconnect();
  for (const page of PAGES) {
    const response = await view(page);
    const text = await response.text();
    expect({ page, status: response.status }).toEqual({ page, status: 503 });
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("'nonce-");
    expect(text).toContain('Fieldgate is not available right now');
    expect(text).not.toMatch(/ECONNRESET|Error:|at .*\.js/);
  }
  // A client-side navigation of Next: Next starts the response before the session is known.
  const navigation = await view('/tasks', { cookie, rsc: '1' });
  const payload = await view(navigation.headers.get('location') ?? '/tasks', { cookie, rsc: '1' });
  expect(payload.headers.get('content-type')).toContain('text/x-component');
  expect(await payload.text()).toContain('Fieldgate is not available right now');
  // A request without a cookie needs no session.
  for (const page of ['/sign-in', '/', '/access']) expect((await view(page, {})).status).toBe(200);
  const crowd = await Promise.all(Array.from({ length: CROWD }, () => view('/tasks')));
  expect(new Set(crowd.map(({ status }) => status))).toEqual(new Set([503]));

  database.restore();
  await expect.poll(async () => (await view('/tasks')).status, { timeout: 20_000 }).toBe(200);
  database.freeze();
  const began = performance.now();
  expect((await view('/tasks')).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(10_000);
  database.restore();
  await expect.poll(async () => (await view('/tasks')).status, { timeout: 20_000 }).toBe(200);

  const lines = logLines(run);
  expect(lines.filter((line) => !isJson(line))).toEqual([]);
  const outages = lines.map((line) => JSON.parse(line) as LogLine).filter(({ event }) => event === 'outage');
  expect(outages.length).toBeGreaterThan(0);
  expect(outages.some(({ suppressed = 0 }) => suppressed > 0)).toBe(true);
  const causes = Map.groupBy(outages, ({ msg, error, code, stack }) =>
    [msg, error, code, stack?.split('\n', 1)].join(' '),
  );
  for (const [cause, of] of causes)
    for (const [index, { time }] of of.entries()) expect(time - (of[index - 1]?.time ?? 0), cause).toBeGreaterThan(950);
  // Beside a line for each request, and for each that it made to the API, no other, for example from Better Auth or Next.
  const web = lines.map((line) => JSON.parse(line) as LogLine).filter(({ process }) => process === 'web');
  expect(web.filter(({ event, msg }) => event !== 'outage' && !['answered', 'asked the API'].includes(msg))).toEqual(
    [],
  );
});

// covers: OPS-07
test('without the API, /sign-in is served, and /tasks shows a notice', async () => {
  const { run, api, view } = await breakableFieldgate();
  expect(await (await view('/tasks')).text()).toContain('Nothing to do yet');
  for (const broken of ['disconnect', 'freeze'] as const) {
    api.restore();
    await expect.poll(async () => (await view('/tasks')).text()).toContain('Nothing to do yet');
    api[broken]();
    expect((await view('/sign-in', {})).status).toBe(200);
    const tasks = await view('/tasks');
    expect(tasks.status).toBe(200);
    expect(await tasks.text()).toMatch(/role="alert"[^]*Try again/);
  }
  const lines = logLines(run);
  expect(lines.filter((line) => !isJson(line))).toEqual([]);
  expect(lines.join('\n')).toContain('the API did not answer the query of a page');
});

// covers: ENGINE-18, OPS-02
test.runIf(process.platform === 'linux').each(['disconnect', 'freeze'] as const)(
  'an API that dies while an external database is away (%s) is restarted when the database is back; pages are served meanwhile, and Ctrl-C works',
  async (away) => {
    const { run, installation, database, view } = await breakableFieldgate();
    const isReady = async () => (await fetch(`${installation.apiUrl}/readyz`).catch(() => undefined))?.status === 200;
    const began = Date.now();
    database[away]();
    kill(servicePid(installation.dataDir, 'api'), 'SIGKILL');
    await vi.waitUntil(() => run.output().includes('the API ended by SIGKILL; restarting when the database answers'), {
      timeout: 20_000,
    });
    // A restart without backoff would have used its five attempts by then.
    await vi.waitUntil(
      async () => {
        expect((await view('/sign-in', {})).status).toBe(200);
        return Date.now() > began + AWAY_MILLISECONDS;
      },
      { timeout: 2 * AWAY_MILLISECONDS, interval: 500 },
    );
    expect(run.output()).not.toMatch(/did not start|Stopping/);
    database.restore();
    await vi.waitUntil(isReady, { timeout: 30_000, interval: 100 });

    database[away]();
    kill(servicePid(installation.dataDir, 'api'), 'SIGKILL');
    await vi.waitUntil(() => run.output().match(/restarting when the database answers/g)?.length === 2, {
      timeout: 20_000,
    });
    kill(-run.pid, 'SIGINT');
    expect(await run.waitForExit()).toBe(0);
  },
);

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
