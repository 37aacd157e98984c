import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/setup/folder.ts';
import { inRoot } from './paths.ts';
import { followed } from './restart.ts';
import { type Service, startService } from './service.ts';
import { isApiSource } from './services.ts';

/** Reads, as the API does, files that it does not import; one that it does not understand ends it. */
const SERVICE = `import fs from 'node:fs';
const [policy, seen]: string[] = process.argv.slice(2);
const text = fs.existsSync(policy) ? fs.readFileSync(policy, 'utf8') : 'none';
fs.appendFileSync(seen, text + '\\n');
if (text.startsWith('broken')) throw new Error(text);
setInterval(() => {}, 1_000);
`;

describe('a service that is followed', { timeout: 60_000 }, () => {
  let folder: string;
  let policy: string;
  let seen: string;
  let service: Service;
  const said: string[] = [];
  const saw = (text: string) => vi.waitUntil(() => last(seen) === text, { timeout: 20_000 });

  beforeEach(async () => {
    folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    [policy, seen] = [path.join(folder, 'below', 'x.graphql'), path.join(elsewhere, 'seen')];
    const script = path.join(elsewhere, 'service.ts');
    fs.mkdirSync(path.dirname(policy));
    fs.writeFileSync(script, SERVICE);
    fs.writeFileSync(policy, 'public');
    const output = fs.openSync(path.join(elsewhere, 'output'), 'w');
    said.length = 0;
    service = followed(() => startService('the test', [script, policy, seen], process.env, output), {
      folders: [folder],
      counts: (file) => file.endsWith('.graphql'),
      say: (line) => said.push(line),
    });
    onTestFinished(() => service.stop());
    await saw('public');
  });

  test('takes up each change, also of what has been replaced, removed, or is in a new folder', async () => {
    const replace = (text: string) => {
      fs.writeFileSync(`${policy}.new`, text);
      fs.renameSync(`${policy}.new`, policy);
    };
    const renew = (text: string) => {
      fs.rmSync(path.dirname(policy), { recursive: true });
      fs.mkdirSync(path.dirname(policy));
      fs.writeFileSync(policy, text);
    };
    for (const [index, change] of [replace, renew, replace].entries()) {
      change(`changed ${index}`);
      await saw(`changed ${index}`);
      fs.writeFileSync(policy, `written ${index}`);
      await saw(`written ${index}`);
    }
    fs.rmSync(policy);
    await saw('none');
    renew('in a new folder');
    await saw('in a new folder');
    expect(said).toEqual([]);
  });

  test('says that it ended by a mistake, and comes back when that is mended', async () => {
    fs.writeFileSync(policy, 'broken');
    await vi.waitUntil(() => said.length > 0, { timeout: 20_000 });
    fs.writeFileSync(policy, 'mended');
    await saw('mended');
    expect(said).toEqual(['  the test ended with exit code 1; it starts again when a file changes.']);
  });
});

test('the API is started anew for each file of the SDL, and not for what is generated from it', () => {
  const files = fs.globSync('schema/**/*.graphql', { cwd: inRoot() }).map((file) => inRoot(file));
  expect(files.length).toBeGreaterThan(0);
  for (const file of [...files, inRoot('server/main.ts'), inRoot('schema/token.ts')])
    expect(isApiSource(file)).toBe(true);
  for (const file of [
    'server/generated/resolvers.ts',
    'server/app.test.ts',
    'server/cli/dev.ts',
    'schema/access-map.md',
  ])
    expect(isApiSource(inRoot(file))).toBe(false);
});

function last(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').at(-1) : undefined;
}
