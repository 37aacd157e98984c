import fs from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  createInstallation,
  type Installation,
  READY_LINE,
  signIn,
  startFieldgate,
  supervisorPid,
} from '../support/fieldgate-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TIMEOUT = { timeout: 30_000, interval: 100 };

/** `npm run keys -- …` beside a running start: returns its output; its exit code must be 0. */
async function keys({ settings }: Installation, more: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['tools/launcher.mjs', 'keys', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...settings, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, output).toBe(0);
  return output;
}

async function statusOf({ apiUrl }: Installation, token: string): Promise<number> {
  const { status } = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  return status;
}

const kidOf = (token: string) => (JSON.parse(atob(token.split('.')[0] ?? '')) as { kid: string }).kid;

async function publishedKids({ webUrl }: Installation): Promise<readonly string[]> {
  const response = await fetch(`${webUrl}/api/auth/jwks`);
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

describe('a running Fieldgate', () => {
  // covers: FR-011.2
  test('jwks mode: publishes a new key and retires it without a failed request', async () => {
    const installation = await createInstallation();
    const mode = { TOKEN_MODE: 'jwks' };
    const run = startFieldgate({ ...installation.settings, ...mode });
    await run.waitForOutput(READY_LINE);
    const token = await signIn(installation);
    const [first] = await publishedKids(installation);
    expect([kidOf(token), await statusOf(installation, token)]).toEqual([first, 200]);

    const statuses: number[] = [];
    const load = new AbortController();
    const loading = (async () => {
      while (!load.signal.aborted) statuses.push(await statusOf(installation, token));
    })();
    const [, second = ''] =
      /The key (\S+) verifies now, and signs in 120 seconds\./.exec(await keys(installation, mode, 'rotate')) ?? [];
    await vi.waitFor(async () => expect(await publishedKids(installation)).toEqual([first, second]), TIMEOUT);
    expect(await keys(installation, mode, 'list')).toMatch(new RegExp(`${second}  verifies, .*\n  ${first}  signs,`));
    await keys(installation, mode, 'retire', second);
    await vi.waitFor(async () => expect(await publishedKids(installation)).toEqual([first]), TIMEOUT);
    load.abort();
    await loading;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length).toBeGreaterThan(10);
  });

  // covers: TOKEN-15
  test.runIf(process.platform === 'linux')('in jwks mode gives the API no private key', async () => {
    const installation = await createInstallation();
    const run = startFieldgate({ ...installation.settings, TOKEN_MODE: 'jwks' });
    await run.waitForOutput(READY_LINE);
    const parent = supervisorPid(installation.dataDir);
    const children = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    const api = children.find((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('server/main.ts'));
    const environment = fs.readFileSync(`/proc/${api}/environ`, 'utf8');
    expect(environment).toContain('TOKEN_MODE=jwks');
    expect(environment).not.toMatch(/TOKEN_SECRETS|token-key-pairs/);
  });

  // covers: TOKEN-14
  test('shared-secret mode: changes the key without a restart, and rejects tokens of a retired key', async () => {
    const installation = await createInstallation();
    const run = startFieldgate(installation.settings);
    await run.waitForOutput(READY_LINE);
    const old = await signIn(installation);
    await keys(installation, {}, 'rotate', '--now');
    const young = await vi.waitFor(async () => {
      const token = await signIn(installation);
      expect(kidOf(token)).not.toBe(kidOf(old));
      return token;
    }, TIMEOUT);
    await vi.waitFor(async () => expect(await statusOf(installation, young)).toBe(200), TIMEOUT);
    expect(await statusOf(installation, old)).toBe(200);
    await keys(installation, {}, 'retire', kidOf(old), '--now');
    await vi.waitFor(async () => expect(await statusOf(installation, old)).toBe(401), TIMEOUT);
    expect(await statusOf(installation, young)).toBe(200);
  });
});
