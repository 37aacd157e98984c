import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEMO_ACCOUNT } from '../../schema/demo-account.ts';
import { asOwner, kill, newPlace, type Place, start } from './fieldgate.ts';

async function post(url: string, headers: Record<string, string>, body: unknown): Promise<Record<string, unknown>> {
  const all = { 'content-type': 'application/json', accept: 'application/json', ...headers };
  const response = await fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}

/** The demo user's tasks, as anybody would ask for them who has read the sign-in on the terminal. */
async function demoTasks({ apiUrl, webUrl }: Place): Promise<{ id: string; title: string }[]> {
  const { accessToken } = await post(`${webUrl}/api/auth/sign-in/email`, { origin: webUrl }, DEMO_ACCOUNT);
  const query = '{ tasks(first: 100) { nodes { id title } } }';
  const answer = await post(`${apiUrl}/graphql`, { authorization: `Bearer ${String(accessToken)}` }, { query });
  return (answer as { data: { tasks: { nodes: { id: string; title: string }[] } } }).data.tasks.nodes;
}

describe('the demo account', () => {
  test('is made once, is completed after an interruption, and is then left to its user', async () => {
    const place = await newPlace();
    const run = async () => {
      const started = start(place.settings);
      await started.until('Ctrl-C stops it.');
      expect(started.output()).toContain(`${DEMO_ACCOUNT.email} with the password ${DEMO_ACCOUNT.password}`);
      const tasks = await demoTasks(place);
      kill(started.pid, 'SIGTERM');
      await started.end();
      return tasks;
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(1);
    // As if it had been interrupted before it could note that it was done.
    fs.rmSync(path.join(place.dataDir, 'demo-seeded'));
    expect(await run()).toEqual(first);
    expect(await run()).toEqual(first);
  });

  test.each([
    ['WEB_URL', { WEB_URL: 'https://tasks.example' }],
    ['API_URL', { API_URL: 'https://api.tasks.example' }],
  ])(
    'the demo account is not made where %s is not a loopback origin, and callers are warned of a shared address',
    async (_, origin) => {
      const place = await newPlace();
      const run = start({ ...place.settings, ...origin });
      await run.until('Ctrl-C stops it.');
      expect(run.output()).not.toContain(DEMO_ACCOUNT.email);
      expect(run.output()).not.toContain(DEMO_ACCOUNT.password);
      expect(await asOwner(place.dataDir, 'select count(*)::integer as users from auth."user"')).toEqual([
        { users: 0 },
      ]);
      // npm start in its own line, and each of the two processes in its log.
      expect(run.output()).toMatch(/^ {2}warning: TRUSTED_PROXIES is not set/m);
      const logged = run.output().match(/^\{.*"shared-address".*\}$/gm) ?? [];
      expect(logged).toHaveLength(2);
    },
  );

  test.each([
    ['WEB_URL', { WEB_URL: 'https://tasks.example' }],
    ['API_URL', { API_URL: 'https://api.tasks.example' }],
  ])(
    'the demo account of an earlier start is told of and cannot sign in where %s is public, and a trusted proxy warns of nothing',
    async (_, origin) => {
      const place = await newPlace();
      const earlier = start(place.settings);
      await earlier.until('Ctrl-C stops it.');
      expect(earlier.output()).not.toContain('TRUSTED_PROXIES');
      kill(earlier.pid, 'SIGTERM');
      await earlier.end();
      const settings = { ...place.settings, ...origin, TRUSTED_PROXIES: '127.0.0.1' };
      const run = start(settings);
      await run.until('Ctrl-C stops it.');
      const { webUrl } = place;
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
