import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

/** Runs a script in a process of its own, with a log on its standard output. */
function logging(script: string, stdout: 'pipe' | number = 'pipe'): Logging {
  const source = `import { createLogger, logUncaught } from ${JSON.stringify(new URL('logger.ts', import.meta.url).href)};
    const log = createLogger(); ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', stdout, 'pipe'],
    timeout: 20_000,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child as Logging;
}
type Logging = ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream };

const words = (lines: string) =>
  lines
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

test('a warning is written at once, with the lines before it: not even SIGKILL takes it', async () => {
  const { stdout } = logging(`log.info('one'); log.warn('two'); process.kill(process.pid, 'SIGKILL');`);
  expect(words(await text(stdout))).toEqual(['one', 'two']);
});

test('other lines are written while the process goes on', async () => {
  const { stdout } = logging(`log.info('one'); setInterval(() => {}, 1_000);`);
  const [chunk] = (await once(stdout, 'data')) as [Buffer];
  expect(words(chunk.toString())).toEqual(['one']);
});

test.each(['process.exit(0)', `throw new Error('on purpose')`, ''])(
  'what waits is written at the end: "%s"',
  async (end) => {
    const { stdout } = logging(`log.info('one'); log.info('two'); ${end}`);
    expect(words(await text(stdout))).toEqual(['one', 'two']);
  },
);

test('many lines come whole and in order', async () => {
  const { stdout } = logging(`for (let n = 0; n < 5_000; n++) log.info(String(n)); process.exit(0);`);
  expect(words(await text(stdout))).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n)));
});

// covers: OPS-09
test.each([
  `setTimeout(() => { throw new Error('on purpose') })`,
  `setTimeout(() => { throw 'on purpose' })`,
  `Promise.reject(new Error('on purpose'))`,
  `Promise.reject('on purpose')`,
  `queueMicrotask(() => { throw Object.assign(new Error('on purpose'), { detail: 'a' + String.fromCharCode(10) + 'b' }) })`,
  `import('node:events').then(({ EventEmitter }) => new EventEmitter().emit('error', new Error('on purpose')))`,
])('what nobody catches is one line of the log, and nothing beside it: %s', async (fault) => {
  const child = logging(`logUncaught(log); log.info('one'); setInterval(() => {}, 1_000); ${fault};`);
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect(words(out)).toEqual(['one', 'uncaught error']);
  expect(out).toContain('on purpose');
  expect([error, code]).toEqual(['', 1]);
});

test('a warning of Node’s is a line of the log, and ends nothing', async () => {
  const child = logging(`logUncaught(log); process.emitWarning('take care'); setTimeout(() => log.warn('two'), 50);`);
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(words(out)).toEqual(['warning', 'two']);
  expect([error, out]).toEqual(['', expect.stringContaining('take care')]);
});

// covers: OPS-16
test.runIf(process.platform === 'linux')('a disk that takes no lines does not end the process', async () => {
  const full = fs.openSync('/dev/full', 'w');
  onTestFinished(() => fs.closeSync(full));
  const script = `logUncaught(log); log.info('lost'); log.warn('lost'); setTimeout(() => log.error('lost'), 200);
    setTimeout(() => process.exit(7), 500);`;
  const child = logging(script, full);
  const [error, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([error, code]).toEqual(['', 7]);
});
