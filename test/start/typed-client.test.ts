import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { CLIENTS_FILE, EXAMPLE_FOLDER } from '../../tools/client-docs/render.ts';
import { createInstallation, startFieldgate } from '../support/fieldgate-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const [, CHAPTER = ''] = fs.readFileSync(inRoot(CLIENTS_FILE), 'utf8').split(/^## A typed client$/m);
const [SECTION = ''] = CHAPTER.split(/^## /m);
const blocks = (language: string) =>
  [...SECTION.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, 'gms'))].map(([, text = '']) => text);

/** The installation as a script without a network: the packages of this repository have the versions of the example. */
const LINK_PACKAGES = `ln -s '${inRoot('node_modules')}' node_modules`;

// covers: CLIENT-06
test('the commands of docs/clients.md make a typed client in an empty folder, which works with a running Fieldgate', async () => {
  const { settings, apiUrl, webUrl } = await createInstallation();
  // Tokens that the example renews for each operation.
  const run = startFieldgate({ ...settings, TOKEN_TTL: '60s' });
  await run.waitForOutput('Ctrl-C stops it.');
  const folder = temporaryFolder();
  const script = blocks('sh')
    .join('\n')
    .replace(/^npm install$/m, LINK_PACKAGES);
  expect(script).toContain(LINK_PACKAGES);
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], {
    cwd: folder,
    env: { ...process.env, API_URL: apiUrl, WEB_URL: webUrl },
  });
  expect(stdout.slice(stdout.indexOf('4 tasks')).trimEnd()).toBe(blocks('text').join('\n'));
  expect(run.output().match(/"path":"\/api\/auth\/access-token","status":200/g)?.length).toBeGreaterThan(5);
  expect(fs.readFileSync(path.join(folder, 'src/generated/graphql.ts'), 'utf8')).toContain('export type TasksQuery');
  for (const file of ['package.json', 'src/main.ts'])
    expect(fs.readFileSync(path.join(folder, file), 'utf8')).toBe(
      fs.readFileSync(inRoot(EXAMPLE_FOLDER, file), 'utf8'),
    );
});

// covers: CLIENT-06
test('the example pins the versions of this repository, and is no part of it', () => {
  const read = (file: string) =>
    JSON.parse(fs.readFileSync(inRoot(file), 'utf8')) as Record<string, Record<string, string>>;
  const [own, example] = [read('package.json'), read(`${EXAMPLE_FOLDER}/package.json`)];
  const versions = { ...own['dependencies'], ...own['devDependencies'] };
  expect(example['devDependencies']).toEqual(
    Object.fromEntries(Object.keys(example['devDependencies'] ?? {}).map((name) => [name, versions[name]])),
  );
  expect(example['overrides']).toEqual(own['overrides']);
  expect(example).not.toHaveProperty('dependencies');
});
