import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

/** Runs a script with a logger to standard output in a child process. */
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

const messagesOf = (lines: string) =>
  lines
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

test('the logger writes a warning at once, with the lines before it: SIGKILL does not lose it', async () => {
  const { stdout } = logging(`log.info('one'); log.warn('two'); process.kill(process.pid, 'SIGKILL');`);
  expect(messagesOf(await text(stdout))).toEqual(['one', 'two']);
});

test('the logger writes info lines while the process runs', async () => {
  const { stdout } = logging(`log.info('one'); setInterval(() => {}, 1_000);`);
  const [chunk] = (await once(stdout, 'data')) as [Buffer];
  expect(messagesOf(chunk.toString())).toEqual(['one']);
});

test.each(['process.exit(0)', `throw new Error('on purpose')`, ''])(
  'the logger writes pending lines when the process ends: "%s"',
  async (end) => {
    const { stdout } = logging(`log.info('one'); log.info('two'); ${end}`);
    expect(messagesOf(await text(stdout))).toEqual(['one', 'two']);
  },
);

test('the logger writes thousands of lines complete and in order', async () => {
  const { stdout } = logging(`for (let n = 0; n < 5_000; n++) log.info(String(n)); process.exit(0);`);
  expect(messagesOf(await text(stdout))).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n)));
});

// covers: OPS-09
test.each([
  `setTimeout(() => { throw new Error('on purpose') })`,
  `setTimeout(() => { throw 'on purpose' })`,
  `Promise.reject(new Error('on purpose'))`,
  `Promise.reject('on purpose')`,
  `queueMicrotask(() => { throw Object.assign(new Error('on purpose'), { detail: 'a' + String.fromCharCode(10) + 'b' }) })`,
  `import('node:events').then(({ EventEmitter }) => new EventEmitter().emit('error', new Error('on purpose')))`,
])('logUncaught logs an uncaught error as one line, and nothing else: %s', async (statement) => {
  const child = logging(`logUncaught(log); log.info('one'); setInterval(() => {}, 1_000); ${statement};`);
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect(messagesOf(out)).toEqual(['one', 'uncaught error']);
  expect(out).toContain('on purpose');
  expect([error, code]).toEqual(['', 1]);
});

test('logUncaught logs a warning of Node as one line, and the process goes on', async () => {
  const child = logging(`logUncaught(log); process.emitWarning('take care'); setTimeout(() => log.warn('two'), 50);`);
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(messagesOf(out)).toEqual(['warning', 'two']);
  expect([error, out]).toEqual(['', expect.stringContaining('take care')]);
});

// covers: OPS-16
test.runIf(process.platform === 'linux')('a full disk does not end a process that logs', async () => {
  const full = fs.openSync('/dev/full', 'w');
  onTestFinished(() => fs.closeSync(full));
  const script = `logUncaught(log); log.info('lost'); log.warn('lost'); setTimeout(() => log.error('lost'), 200);
    setTimeout(() => process.exit(7), 500);`;
  const child = logging(script, full);
  const [error, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([error, code]).toEqual(['', 7]);
});
