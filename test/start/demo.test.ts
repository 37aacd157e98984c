import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import {
  queryAsOwner,
  kill,
  createInstallation,
  type Installation,
  startFieldgate,
} from '../support/fieldgate-process.ts';

async function post(url: string, headers: Record<string, string>, body: unknown): Promise<Record<string, unknown>> {
  const all = { 'content-type': 'application/json', accept: 'application/json', ...headers };
  const response = await fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}

/** Reads the demo user's tasks with the sign-in printed on the terminal. */
async function demoTasks({ apiUrl, webUrl }: Installation): Promise<{ id: string; title: string }[]> {
  const { accessToken } = await post(`${webUrl}/api/auth/sign-in/email`, { origin: webUrl }, DEMO_ACCOUNT);
  const query = '{ tasks(first: 100) { nodes { id title } } }';
  const response = await post(`${apiUrl}/graphql`, { authorization: `Bearer ${String(accessToken)}` }, { query });
  return (response as { data: { tasks: { nodes: { id: string; title: string }[] } } }).data.tasks.nodes;
}

describe('the demo account', () => {
  test('the demo account is created once, completed after an interruption, and then never changed', async () => {
    const installation = await createInstallation();
    const run = async () => {
      const started = startFieldgate(installation.settings);
      await started.waitForOutput('Ctrl-C stops it.');
      expect(started.output()).toContain(`${DEMO_ACCOUNT.email} with the password ${DEMO_ACCOUNT.password}`);
      const tasks = await demoTasks(installation);
      kill(started.pid, 'SIGTERM');
      await started.waitForExit();
      return tasks;
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(1);
    // As if the start had been interrupted before it recorded completion.
    fs.rmSync(path.join(installation.dataDir, 'demo-seeded'));
    expect(await run()).toEqual(first);
    expect(await run()).toEqual(first);
  });

  // covers: ACCOUNT-20, EDGE-35
  test.each([
    ['WEB_URL', { WEB_URL: 'https://tasks.example' }],
    ['API_URL', { API_URL: 'https://api.tasks.example' }],
  ])(
    'the demo account is not created if %s is not a loopback origin, and start warns about shared client addresses',
    async (_, origin) => {
      const installation = await createInstallation();
      const run = startFieldgate({ ...installation.settings, ...origin });
      await run.waitForOutput('Ctrl-C stops it.');
      expect(run.output()).not.toContain(DEMO_ACCOUNT.email);
      expect(run.output()).not.toContain(DEMO_ACCOUNT.password);
      expect(await queryAsOwner(installation.dataDir, 'select count(*)::integer as users from auth."user"')).toEqual([
        { users: 0 },
      ]);
      // One line from npm start, and one in the log of each process.
      expect(run.output()).toMatch(/^ {2}warning: TRUSTED_PROXIES is not set/m);
      const logged = run.output().match(/^\{.*"shared-address".*\}$/gm) ?? [];
      expect(logged).toHaveLength(2);
    },
  );

  // covers: EDGE-35
  test.each([
    ['WEB_URL', { WEB_URL: 'https://tasks.example' }],
    ['API_URL', { API_URL: 'https://api.tasks.example' }],
  ])(
    'an existing demo account is reported and cannot sign in if %s is public, and a trusted proxy causes no warning',
    async (_, origin) => {
      const installation = await createInstallation();
      const earlier = startFieldgate(installation.settings);
      await earlier.waitForOutput('Ctrl-C stops it.');
      expect(earlier.output()).not.toContain('TRUSTED_PROXIES');
      kill(earlier.pid, 'SIGTERM');
      await earlier.waitForExit();
      const settings = { ...installation.settings, ...origin, TRUSTED_PROXIES: '127.0.0.1' };
      const run = startFieldgate(settings);
      await run.waitForOutput('Ctrl-C stops it.');
      const { webUrl } = installation;
      const webOrigin = 'WEB_URL' in origin ? origin.WEB_URL : webUrl;
      expect(run.output()).toContain(
        `The demo account ${DEMO_ACCOUNT.email} exists, and cannot sign in at ${webOrigin}: its password is public.`,
      );
      expect(run.output()).not.toContain(DEMO_ACCOUNT.password);
      expect(run.output()).not.toContain('shared-address');
      const refused = await post(`${webUrl}/api/auth/sign-in/email`, { origin: webOrigin }, DEMO_ACCOUNT);
      expect(refused).toMatchObject({ code: 'INVALID_EMAIL_OR_PASSWORD' });
    },
  );
});
