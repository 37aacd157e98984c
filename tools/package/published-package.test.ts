import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { anchorsOf, linksOf } from '../../test/documents/markdown.ts';

const run = promisify(execFile);
const NPM = 'npm';
const DIST = inRoot('server/access/dist');
const README = fs.readFileSync(inRoot('server/access/README.md'), 'utf8');
const OFFLINE = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];

/** An empty folder outside the repository. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fieldgate-package-'));
let tarball: string;
let sizes: { readonly size: number; readonly unpackedSize: number };
/** The paths of the files in the package. */
let packedFiles: readonly string[];

const node = async (cwd: string, ...args: string[]) => {
  const { stdout } = await run(process.execPath, args, { cwd, env: { PATH: process.env['PATH'] } });
  return stdout;
};

beforeAll(async () => {
  await run(process.execPath, [inRoot('tools/package/build-access.ts')]);
  const { stdout } = await run(NPM, ['pack', '--json', '--pack-destination', folder], { cwd: DIST });
  type Packed = typeof sizes & { readonly filename: string; readonly files: readonly { readonly path: string }[] };
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  if (packed === undefined) throw new Error(`npm pack printed ${stdout}`);
  sizes = packed;
  packedFiles = packed.files.map((file) => file.path);
  tarball = path.join(folder, packed.filename);
}, 120_000);

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('publint finds no problem in the built package', { timeout: 60_000 }, async () => {
  const { publint } = await import('publint');
  const { messages } = await publint({ pkgDir: DIST, pack: false, strict: true });
  expect(messages).toEqual([]);
});

test('attw finds the types of the built package for import and require', { timeout: 60_000 }, async () => {
  const cli = inRoot('node_modules/@arethetypeswrong/cli/dist/index.js');
  const { stdout } = await run(process.execPath, [
    cli,
    tarball,
    '--profile',
    'node16',
    '--no-color',
    '--no-emoji',
    '--format',
    'table',
  ]);
  // attw exits with 1 if it finds a problem. node10 is TypeScript's resolution of before 2022, which reads no `exports`.
  expect(stdout).toMatch(/node16 \(from CJS\)(.*OK \(CJS\)){6}/);
  expect(stdout).toMatch(/node16 \(from ESM\)(.*OK \(ESM\)){6}/);
});

test('the package has no file of the tests, and its sizes are those that its README says', () => {
  const files = fs.readdirSync(DIST, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /\.test\.|properties|conformance|test-harness|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  const [, packed, unpacked] = /(\d+) kB packed and (\d+) kB unpacked/.exec(README) ?? [];
  expect(Math.abs(sizes.size / 1000 - Number(packed))).toBeLessThan(5);
  expect(Math.abs(sizes.unpackedSize / 1000 - Number(unpacked))).toBeLessThan(20);
});

test('each link of the package’s documents leads to a file and a heading in the package', async () => {
  const documents = packedFiles.filter((file) => file.endsWith('.md'));
  expect(documents.toSorted()).toEqual(['CHANGELOG.md', 'README.md', 'start-up-errors.md']);
  const texts = new Map<string, string>();
  for (const file of documents) texts.set(file, (await run('tar', ['-xOzf', tarball, `package/${file}`])).stdout);
  const links = [...texts].flatMap(([file, text]) => linksOf(file, text));
  expect(links.map(({ target }) => target)).toContain('start-up-errors.md');
  const dead = links.filter(
    ({ target, anchor }) =>
      target !== null &&
      !(packedFiles.includes(target) && (anchor === null || anchorsOf(texts.get(target) ?? '').has(anchor))),
  );
  expect(dead).toEqual([]);
});

describe.each(['graphql', 'graphql-17'])('in an empty folder with %s', { timeout: 60_000 }, (graphql) => {
  const cwd = path.join(folder, graphql);

  beforeAll(async () => {
    fs.mkdirSync(cwd);
    fs.writeFileSync(path.join(cwd, 'package.json'), '{ "private": true }');
    // Linked from this repository: no test needs the network.
    await run(NPM, ['install', ...OFFLINE, tarball, inRoot('node_modules', graphql)], { cwd });
  }, 120_000);

  test('the README’s program about a policy prints its output', async () => {
    const [, section = ''] = README.split('\n## Inspecting a policy\n');
    const [, program = ''] = /```js\n(.*?)\n```/s.exec(section) ?? [];
    const [, output = ''] = /```text\n(.*?)\n```/s.exec(section) ?? [];
    expect((await node(cwd, '--input-type=module', '--eval', program)).trimEnd()).toBe(output);
    const commonjs = program.replaceAll(/^import (?:\* as )?(.*) from (.*);$/gm, 'const $1 = require($2);');
    expect((await node(cwd, '--input-type=commonjs', '--eval', commonjs)).trimEnd()).toBe(output);
  });

  test('the command checks a schema', async () => {
    fs.writeFileSync(path.join(cwd, 'schema.graphql'), 'enum Role { USER }\ntype Query { me: ID }\n');
    const command = path.join(cwd, 'node_modules/.bin/fieldgate');
    const checked = run(command, ['check', '--format', 'unix', 'schema.graphql'], { cwd });
    await expect(checked).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^schema\.graphql:2:14: error: Query\.me: no access rule/),
    });
  });

  test('a policy of the CommonJS build and the ES modules can be used together: there is one graphql', async () => {
    const program = `
      import { createRequire } from 'node:module';
      import { Source } from 'graphql';
      import * as esm from '@fieldgate/access';
      import { expectAccess } from '@fieldgate/access/testing';
      const cjs = createRequire(process.cwd() + '/')('@fieldgate/access');
      const sdl = 'enum Role { USER } type Query { a: Int @auth }';
      const schema = cjs.loadSchema([new Source(esm.accessDirectiveSdl), new Source(sdl)]);
      expectAccess(cjs.checkSchema(schema)).field('Query.a').refuses('anonymous');
      const breach = new cjs.AccessBreach('Query.a', null, null);
      console.log(cjs.checkSchema === esm.checkSchema, typeof esm.checkSchema(schema), breach instanceof esm.AccessBreach);
      console.log([new Error('x'), null, undefined, 'x', {}].some((value) => value instanceof esm.AccessBreach));
    `;
    expect(await node(cwd, '--input-type=module', '--eval', program)).toBe('false object true\nfalse\n');
  });

  test.each([
    ['ES modules', 'program.mts'],
    ['CommonJS', 'program.cts'],
  ])('a TypeScript program compiles against the types, as %s', async (_, file) => {
    const program = `
      import { GraphQLSchema, Source } from 'graphql';
      import { authorize, checkSchema, createExecute, loadSchema, type AccessViewer, type Policy } from '@fieldgate/access';
      import { expectAccess } from '@fieldgate/access/testing';
      const schema: GraphQLSchema = loadSchema([new Source('type Query { a: Int }')]);
      const policy: Policy = checkSchema(schema);
      const viewer: AccessViewer = { userId: 'ada', roles: [], authTime: 0, emailVerified: true };
      void createExecute(policy);
      void authorize;
      expectAccess(policy).field('Query.a').allows('signed in');
      export { viewer };
    `;
    fs.writeFileSync(path.join(cwd, file), program);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
    await node(cwd, inRoot('node_modules/typescript/bin/tsc'), ...options, file);
  });
});

test('the README’s TypeScript program for Mercurius compiles in an empty folder with graphql 16', {
  timeout: 120_000,
}, async () => {
  const cwd = path.join(folder, 'mercurius');
  fs.mkdirSync(cwd);
  fs.writeFileSync(path.join(cwd, 'package.json'), '{ "private": true, "type": "module" }');
  const linked = ['graphql', 'fastify', 'mercurius', '@types/node'].map((name) => inRoot('node_modules', name));
  await run(NPM, ['install', ...OFFLINE, '--legacy-peer-deps', tarball, ...linked], { cwd });
  const [, section = ''] = README.split('\n### Mercurius\n');
  const [, program = ''] = /```ts\n(.*?)\n```/s.exec(section) ?? [];
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  fs.writeFileSync(path.join(cwd, 'server.ts'), program);
  await node(cwd, inRoot('node_modules/typescript/bin/tsc'), ...options, 'server.ts');
  // The context has no such property: it is checked, not `any`.
  fs.writeFileSync(path.join(cwd, 'wrong.ts'), program.replace('context.viewer,', 'context.user,'));
  const wrong = node(cwd, inRoot('node_modules/typescript/bin/tsc'), ...options, 'wrong.ts');
  await expect(wrong).rejects.toMatchObject({
    stdout: expect.stringContaining("Property 'user' does not exist") as string,
  });
});
