import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/setup/folder.ts';
import { inRoot } from './paths.ts';
import { startService } from './service.ts';
import { API_SOURCES, following } from './services.ts';

/** Reads, as the API does, a file that it does not import; one that it does not understand ends it. */
const SERVICE = `import fs from 'node:fs';
const [policy, seen]: string[] = process.argv.slice(2);
const text = fs.readFileSync(policy, 'utf8');
fs.appendFileSync(seen, text + '\\n');
if (text === 'broken') throw new Error('broken');
setInterval(() => {}, 1_000);
`;

test('in development a service takes up each change of a file that it only reads, also after a mistake', {
  timeout: 30_000,
}, async () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const [script, policy, seen] = [`${folder}/service.ts`, `${folder}/x.graphql`, path.join(elsewhere, 'seen')];
  const saw = (text: string) => vi.waitUntil(() => last(seen) === text, { timeout: 8_000 });
  fs.writeFileSync(script, SERVICE);
  fs.writeFileSync(policy, 'public');
  const output = fs.openSync(path.join(elsewhere, 'output'), 'w');
  const service = startService('the test', [...following([folder], script), policy, seen], process.env, output);
  onTestFinished(() => service.stop());
  await saw('public');
  for (const text of ['auth', 'broken', 'public']) {
    fs.writeFileSync(policy, text);
    await saw(text);
  }
});

test('everything that the schema is read from is followed', () => {
  const files = fs.globSync('schema/**/*.graphql', { cwd: inRoot() }).map((file) => inRoot(file));
  const followed = files.filter((file) => API_SOURCES.some((folder) => file.startsWith(folder + path.sep)));
  expect(files.length).toBeGreaterThan(0);
  expect(followed).toEqual(files);
});

function last(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').at(-1) : undefined;
}
