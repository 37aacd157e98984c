import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

const CLI = path.resolve(import.meta.dirname, '..');

/** A fake npm that logs its start and end, and fails or takes as long as the environment says. */
const NPM = `
  const fs = require('node:fs');
  const log = (entry) => fs.appendFileSync('npm.log', entry + ' ');
  log(process.argv[2]);
  if (process.env.NPM_PRINTS) { console.error(process.env.NPM_PRINTS); process.exit(process.env.NPM_PRINTS.includes('warn tar') ? 0 : 1); }
  setTimeout(() => {
    fs.mkdirSync('node_modules', { recursive: true });
    log('done');
  }, Number(process.env.NPM_TAKES ?? 0));
`;

/** Creates a repository with the launcher, one command and the fake npm. */
function createRepository(command = 'console.log(`ran with ${process.argv.slice(2)}`);'): string {
  const root = temporaryFolder();
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  fs.cpSync(path.join(CLI, 'launcher'), path.join(root, 'tools/launcher'), { recursive: true });
  fs.cpSync(path.join(CLI, 'launcher.mjs'), path.join(root, 'tools/launcher.mjs'));
  write('tools/commands/hello.ts', command);
  write('package.json', '{ "type": "module", "scripts": { "hello": "" } }');
  write('package-lock.json', '{ "packages": { "": {}, "node_modules/one": { "version": "1.0.0" } } }');
  write('npm-cli.cjs', NPM);
  return root;
}

interface Launch {
  readonly args?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** The version in `process.versions.node`. */
  readonly version?: string;
}

function launch(root: string, { args = ['hello'], environment = {}, version }: Launch = {}) {
  const override = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const flags = version === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(override)}`];
  const child = spawn(process.execPath, [...flags, path.join(root, 'tools/launcher.mjs'), ...args], {
    env: { PATH: process.env['PATH'], npm_execpath: path.join(root, 'npm-cli.cjs'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ...collectOutput(child) };
}

function collectOutput(child: ChildProcess) {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, output }));
  return { ended, output: () => output };
}

const npmLog = (root: string) => {
  const file = path.join(root, 'npm.log');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
};

describe('the launcher, installing', () => {
  test('the launcher installs missing dependencies once, and then runs the command with its arguments', async () => {
    const root = createRepository();
    expect(await launch(root, { args: ['hello', 'you'] }).ended).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^Installing the locked dependencies[^]*installed[^]*ran with you\n$/),
    });
    expect(await launch(root).ended).toEqual({ code: 0, output: 'ran with \n' });
    expect(npmLog(root)).toBe('ci done');
  });

  test.each(['package.json', 'package-lock.json'])('the launcher installs again after %s has changed', async (file) => {
    const root = createRepository();
    await launch(root).ended;
    fs.appendFileSync(path.join(root, file), ' ');
    await launch(root).ended;
    expect(npmLog(root)).toBe('ci done ci done');
  });

  test('the launcher installs nothing after a manual npm ci', async () => {
    const root = createRepository();
    fs.mkdirSync(path.join(root, 'node_modules'));
    fs.copyFileSync(path.join(root, 'package-lock.json'), path.join(root, 'node_modules/.package-lock.json'));
    await launch(root).ended;
    expect(npmLog(root)).toBe('');
  });

  test('the launcher repeats an installation that SIGKILL has interrupted', async () => {
    const root = createRepository();
    await launch(root).ended;
    const before = fs.readFileSync(path.join(root, 'package.json'), 'utf8');
    fs.appendFileSync(path.join(root, 'package.json'), ' ');
    const interrupted = launch(root, { environment: { NPM_TAKES: '60000' } });
    await vi.waitUntil(() => npmLog(root) === 'ci done ci', { timeout: 5_000 });
    const npm = Number(fs.readFileSync(path.join(root, '.install.lock'), 'utf8').split(' ')[1]);
    interrupted.child.kill('SIGKILL');
    process.kill(npm, 'SIGKILL');
    await interrupted.ended;
    // The partial installation must not pass for the earlier complete one, although both files are the same again.
    fs.writeFileSync(path.join(root, 'package.json'), before);
    await launch(root).ended;
    expect(npmLog(root)).toBe('ci done ci ci done');
  });

  test('the launcher does not install while the npm of a killed launcher is running', async () => {
    const root = createRepository();
    const killed = launch(root, { environment: { NPM_TAKES: '1500' } });
    await vi.waitUntil(() => npmLog(root) === 'ci', { timeout: 5_000 });
    killed.child.kill('SIGKILL');
    await launch(root).ended;
    expect(npmLog(root)).toBe('ci done ci done');
  });

  test('of two launchers one installs; the other waits, prints that, and does not install', async () => {
    const root = createRepository();
    const first = launch(root, { environment: { NPM_TAKES: '1000' } });
    await vi.waitUntil(() => npmLog(root) === 'ci', { timeout: 5_000 });
    const second = launch(root);
    expect((await second.ended).output).toBe(
      'Another process is installing the dependencies; waiting for it.\nran with \n',
    );
    expect((await first.ended).code).toBe(0);
    expect(npmLog(root)).toBe('ci done');
    expect(fs.existsSync(path.join(root, '.install.lock'))).toBe(false);
  });
});

describe('the launcher, failing', () => {
  // covers: OPS-16
  test.each([
    ['npm error ENOSPC: no space left on device', /^The disk that holds .* is full: make room and try again\.$/m],
    ['npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write', /^The disk that holds .* is full/m],
    ['npm error code EROFS\nnpm error path /srv/x', /^\/srv\/x cannot be written \(read-only file system\)\.$/m],
    ['npm error code ENOTFOUND', /^The package registry cannot be reached/m],
    ['npm error something else', /^The dependencies could not be installed\. npm printed:\nnpm error something else$/m],
  ])('the launcher explains an npm failure: %j', async (printed, message) => {
    const { code, output } = await launch(createRepository(), { environment: { NPM_PRINTS: printed } }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(message);
    expect(output).not.toMatch(/^\s+at /m);
  });

  test('the launcher rejects a Node that is too old', async () => {
    const { code, output } = await launch(createRepository(), { version: '18.20.4' }).ended;
    expect({ code, output }).toEqual({
      code: 1,
      output:
        'Fieldgate needs Node 20 or newer, and this is Node 18.20.4: install it from https://nodejs.org and try again.\n',
    });
  });

  test('the launcher rejects a machine on which no Node runs TypeScript', async () => {
    const { code, output } = await launch(createRepository(), { version: '20.0.0' }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/Node 20\.0\.0 cannot run Fieldgate, and no packaged Node runs on this machine/);
  });

  test('the launcher lists the commands for an unknown one', async () => {
    const { code, output } = await launch(createRepository(), { args: ['nonsense'] }).ended;
    expect({ code, output }).toEqual({ code: 1, output: 'There is no command "nonsense": the commands are hello.\n' });
  });
});

describe('the launcher, running a command', () => {
  test('the launcher runs the command under the packaged Node if its own cannot, and puts that first on PATH', async () => {
    const root = createRepository(
      "import path from 'node:path'; console.log(process.env.PATH.split(path.delimiter)[0]);",
    );
    const name = `node-${process.platform}-${process.arch}`;
    const folder = path.join(root, 'node_modules', name, 'bin');
    const environment = { npm_execpath: path.join(root, 'npm-cli.cjs') };
    await launch(root, { environment }).ended;
    fs.mkdirSync(folder, { recursive: true });
    fs.symlinkSync(process.execPath, path.join(folder, 'node'));
    fs.writeFileSync(path.join(folder, '../package.json'), '{ "bin": { "node": "bin/node" } }');
    expect((await launch(root, { version: '20.20.0' }).ended).output).toBe(`${folder}\n`);
  });

  // covers: PROC-10
  test('the launcher keeps compiled code in node_modules from one run to the next, and a changed file is compiled again', async () => {
    const root = createRepository(
      "import { getCompileCacheDir } from 'node:module'; console.log(getCompileCacheDir());",
    );
    const cache = path.join(root, 'node_modules/.cache/node-compile-cache');
    const runs = [await launch(root).ended, await launch(root).ended];
    for (const { output } of runs) expect(output).toContain(cache + path.sep);
    expect(fs.readdirSync(cache, { recursive: true }).length).toBeGreaterThan(1);
    fs.writeFileSync(path.join(root, 'tools/commands/hello.ts'), "console.log('changed');");
    expect((await launch(root).ended).output).toBe('changed\n');
  });

  // covers: PROC-10
  test('the launcher leaves the folder for compiled code to NODE_COMPILE_CACHE, if it is set', async () => {
    const root = createRepository(
      "import { getCompileCacheDir } from 'node:module'; console.log(getCompileCacheDir());",
    );
    const folder = temporaryFolder();
    const { output } = await launch(root, { environment: { NODE_COMPILE_CACHE: folder } }).ended;
    expect(output).toContain(folder + path.sep);
  });

  test('the launcher exits with the command’s exit code', async () => {
    expect((await launch(createRepository('process.exitCode = 7;')).ended).code).toBe(7);
  });

  test('the launcher forwards a signal and waits for the command to end', async () => {
    const command = `
      process.on('SIGTERM', () => setTimeout(() => { console.log('in good order'); process.exit(3); }, 200));
      setInterval(() => {}, 1_000);
      console.log('up');
    `;
    const { child, ended, output } = launch(createRepository(command));
    await vi.waitUntil(() => output().includes('up'), { timeout: 5_000 });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 3, output: expect.stringContaining('in good order') });
  });
});
