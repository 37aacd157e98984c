import fs from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newPlace, type Place, READY, signIn, start, startPid } from './fieldgate.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PATIENCE = { timeout: 30_000, interval: 100 };

/** `npm run keys -- …` beside a running start: what it printed; its exit code has to be 0. */
async function keys({ settings }: Place, more: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['server/cli/launcher.mjs', 'keys', ...args], {
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

async function statusOf({ apiUrl }: Place, token: string): Promise<number> {
  const { status } = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  return status;
}

const kidOf = (token: string) => (JSON.parse(atob(token.split('.')[0] ?? '')) as { kid: string }).kid;

async function publishedKids({ webUrl }: Place): Promise<readonly string[]> {
  const response = await fetch(`${webUrl}/api/auth/jwks`);
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

describe('a running Fieldgate', () => {
  test('in jwks mode publishes a new key, and takes it back, while requests go on', async () => {
    const place = await newPlace();
    const mode = { TOKEN_MODE: 'jwks' };
    const run = start({ ...place.settings, ...mode });
    await run.until(READY);
    const token = await signIn(place);
    const [first] = await publishedKids(place);
    expect([kidOf(token), await statusOf(place, token)]).toEqual([first, 200]);

    const statuses: number[] = [];
    const load = new AbortController();
    const loading = (async () => {
      while (!load.signal.aborted) statuses.push(await statusOf(place, token));
    })();
    const [, second = ''] =
      /The key (\S+) verifies now, and signs in 120 seconds\./.exec(await keys(place, mode, 'rotate')) ?? [];
    await vi.waitFor(async () => expect(await publishedKids(place)).toEqual([first, second]), PATIENCE);
    expect(await keys(place, mode, 'list')).toMatch(new RegExp(`${second}  verifies, .*\n  ${first}  signs,`));
    await keys(place, mode, 'retire', second);
    await vi.waitFor(async () => expect(await publishedKids(place)).toEqual([first]), PATIENCE);
    load.abort();
    await loading;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length).toBeGreaterThan(10);
  });

  test.runIf(process.platform === 'linux')('in jwks mode gives the API no private key', async () => {
    const place = await newPlace();
    const run = start({ ...place.settings, TOKEN_MODE: 'jwks' });
    await run.until(READY);
    const parent = startPid(place.dataDir);
    const children = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    const api = children.find((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('server/main.ts'));
    const environment = fs.readFileSync(`/proc/${api}/environ`, 'utf8');
    expect(environment).toContain('TOKEN_MODE=jwks');
    expect(environment).not.toMatch(/TOKEN_SECRETS|token-key-pairs/);
  });

  test('in shared-secret mode changes its key without a restart, and refuses what a retired one has signed', async () => {
    const place = await newPlace();
    const run = start(place.settings);
    await run.until(READY);
    const old = await signIn(place);
    await keys(place, {}, 'rotate', '--now');
    const young = await vi.waitFor(async () => {
      const token = await signIn(place);
      expect(kidOf(token)).not.toBe(kidOf(old));
      return token;
    }, PATIENCE);
    await vi.waitFor(async () => expect(await statusOf(place, young)).toBe(200), PATIENCE);
    expect(await statusOf(place, old)).toBe(200);
    await keys(place, {}, 'retire', kidOf(old), '--now');
    await vi.waitFor(async () => expect(await statusOf(place, old)).toBe(401), PATIENCE);
    expect(await statusOf(place, young)).toBe(200);
  });
});
