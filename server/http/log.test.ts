import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

/** Runs a script in a process of its own, with a log on its standard output. */
function logging(script: string): ChildProcess & { readonly stdout: NodeJS.ReadableStream } {
  const source = `import { createLog } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)};
    const log = createLog(); ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

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
