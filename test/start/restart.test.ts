import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../server/operations/processes.ts';
import { isPortFree } from '../../server/operations/ports.ts';
import {
  databasePid,
  kill,
  createInstallation,
  type Installation,
  READY_LINE,
  servicePid,
  signIn,
  startFieldgate,
  supervisorPid,
} from '../support/fieldgate-process.ts';

const SOON = { timeout: 30_000, interval: 50 };
const PARTS = ['database', 'api', 'web'] as const;
const NAMES = { database: 'the database', api: 'the API', web: 'the web app' } as const;

function pidOf({ dataDir }: Installation, part: (typeof PARTS)[number]): number | undefined {
  return part === 'database' ? databasePid(dataDir) : servicePid(dataDir, part);
}

/** Returns the status of a response, and whether it has Retry-After; 0 if the connection failed. */
async function probe(url: string, init: RequestInit = {}): Promise<{ status: number; retryAfter: boolean }> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return { status: response.status, retryAfter: response.headers.has('retry-after') };
  } catch {
    return { status: 0, retryAfter: false };
  }
}

function graphql(token: string, query: string): RequestInit {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return { method: 'POST', headers, body: JSON.stringify({ query }) };
}

/** Kills a part, and waits until `npm start` announces the restart. @returns the announcement */
async function killed(installation: Installation, part: (typeof PARTS)[number], output: () => string): Promise<string> {
  const before = output().length;
  const pid = await vi.waitUntil(() => pidOf(installation, part), SOON);
  kill(pid, 'SIGKILL');
  const line = new RegExp(`^ {2}${NAMES[part]} ended .*$`, 'm');
  return vi.waitUntil(() => line.exec(output().slice(before))?.[0], SOON);
}

describe.runIf(process.platform === 'linux')('parts that end', () => {
  // covers: ENGINE-18, OPS-01
  test('npm start restarts the database, the API and the web app after kill -9 of each; the others keep running, and no acknowledged write is lost', async () => {
    const installation = await createInstallation();
    const run = startFieldgate(installation.settings);
    await run.waitForOutput(READY_LINE);
    const token = await signIn(installation);
    const viewer = graphql(token, '{ viewer { id } tasks(first: 100) { nodes { title } } }');
    const graphqlUrl = `${installation.apiUrl}/graphql`;
    const written: string[] = [];
    const responses: Record<'api' | 'web', { status: number; retryAfter: boolean }[]> = { api: [], web: [] };
    const over = new AbortController();
    const load = (async () => {
      for (let number = 0; !over.signal.aborted; number += 1) {
        const title = `written ${number}`;
        const write = graphql(token, `mutation { createTask(input: { title: "${title}" }) { id } }`);
        const response = await probe(graphqlUrl, write);
        if (response.status === 200) written.push(title);
        responses.api.push(response);
        responses.web.push(await probe(`${installation.webUrl}/sign-in`));
      }
    })();

    for (const part of PARTS) {
      const before = Object.fromEntries(PARTS.map((name) => [name, pidOf(installation, name)]));
      const [api, web] = [responses.api.length, responses.web.length];
      const line = await killed(installation, part, run.output);
      expect(line).toMatch(/ended (by SIGKILL|without a shutdown, as by SIGKILL); restarting in \d\.\d s$/);
      await vi.waitUntil(async () => (await probe(graphqlUrl, viewer)).status === 200, SOON);
      await vi.waitUntil(async () => (await probe(`${installation.webUrl}/sign-in`)).status === 200, SOON);
      for (const name of PARTS) {
        if (name === part) expect(pidOf(installation, name)).not.toBe(before[name]);
        else expect(pidOf(installation, name)).toBe(before[name]);
      }
      const during = { api: responses.api.slice(api), web: responses.web.slice(web) };
      if (part !== 'web') expect(new Set(during.web.map(({ status }) => status))).toEqual(new Set([200]));
      if (part !== 'api')
        for (const { status, retryAfter } of during.api)
          expect([status, retryAfter]).toEqual(status === 200 ? [200, false] : [503, true]);
    }
    over.abort();
    await load;

    expect(written.length).toBeGreaterThan(3);
    const response = await fetch(graphqlUrl, viewer);
    const { data } = (await response.json()) as { data: { tasks: { nodes: { title: string }[] } } };
    const kept = new Set(data.tasks.nodes.map(({ title }) => title));
    // The newest hundred; the rest is on later pages.
    expect(written.slice(-50).filter((title) => !kept.has(title))).toEqual([]);
    expect(run.output()).not.toContain('Stopping');
  });

  // covers: ENGINE-18, OPS-02
  test('npm start stops everything, with the reason and exit code 1, if a part ends six times within a minute', async () => {
    const installation = await createInstallation();
    const run = startFieldgate(installation.settings);
    await run.waitForOutput(READY_LINE);
    for (let restart = 1; restart <= 5; restart += 1) {
      await killed(installation, 'api', run.output);
      await vi.waitUntil(async () => (await probe(`${installation.apiUrl}/readyz`)).status === 200, SOON);
    }
    kill(servicePid(installation.dataDir, 'api'), 'SIGKILL');
    expect(await run.waitForExit()).toBe(1);
    expect(run.output()).toContain(
      'Fieldgate has stopped, because the API ended by SIGKILL, after 5 restarts within a minute.',
    );
    expect(databasePid(installation.dataDir)).toBeUndefined();
    expect(await isPortFree(Number(installation.settings['WEB_PORT']))).toBe(true);
  });

  // covers: ENGINE-18
  test('Ctrl-C stops npm start at once while a part waits for its restart', async () => {
    const installation = await createInstallation();
    const run = startFieldgate(installation.settings);
    await run.waitForOutput(READY_LINE);
    const below = supervisorPid(installation.dataDir);
    // The fourth wait is of one to two seconds.
    for (let restart = 1; restart <= 3; restart += 1) {
      await killed(installation, 'web', run.output);
      await vi.waitUntil(async () => (await probe(`${installation.webUrl}/healthz`)).status === 200, SOON);
    }
    await killed(installation, 'web', run.output);
    kill(-run.pid, 'SIGINT');
    expect(await run.waitForExit()).toBe(0);
    // No restart after the fourth wait. Log lines are not counted: a killed process may lose its last line.
    expect(run.output().match(/restarting in/g)).toHaveLength(4);
    expect(await isPortFree(Number(installation.settings['WEB_PORT']))).toBe(true);
    expect(isAlive(below)).toBe(false);
    expect(databasePid(installation.dataDir)).toBeUndefined();
  });

  // covers: ENGINE-18
  test('npm start stops with the message of an API that refuses to restart, without another attempt', async () => {
    const installation = await createInstallation();
    const run = startFieldgate(installation.settings);
    await run.waitForOutput(READY_LINE);
    fs.truncateSync(path.join(installation.dataDir, 'token-secrets.json'), 20);
    kill(servicePid(installation.dataDir, 'api'), 'SIGKILL');
    expect(await run.waitForExit()).toBe(1);
    expect(run.output()).toContain(
      'Fieldgate has stopped, because the API refused to start: The key file is not JSON.',
    );
    expect(run.output().match(/restarting in/g)).toHaveLength(1);
  });
});
