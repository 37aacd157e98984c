import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const href = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** Runs a script in a process of its own, with the web app's log on its standard output, and the console routed to it. */
function logging(script: string, stdout: 'pipe' | number = 'pipe') {
  const source = `import { log } from ${href('log.ts')};
    import { routeConsole } from ${href('console.ts')};
    routeConsole(log); ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', stdout, 'pipe'],
    timeout: 20_000,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child as typeof child & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream };
}

const words = (lines: string) =>
  lines
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

// covers: OPS-16
test.runIf(process.platform === 'linux').each([
  ['the log', `log.info('lost'); log.error('lost'); log.fatal('lost');`],
  ['the console', `console.error('lost'); console.log('lost'); console.warn(new Error('lost'));`],
  ['warnings of Node', `process.emitWarning('lost');`],
])(
  'the web process goes on, without a word and with a few tries, when the disk takes no lines of %s',
  async (_, lines) => {
    const full = fs.openSync('/dev/full', 'w');
    onTestFinished(() => fs.closeSync(full));
    const child = logging(
      `import fs from 'node:fs';
    const { writeSync } = fs;
    let [rounds, tries] = [0, 0];
    fs.writeSync = (...given) => { tries++; return writeSync(...given); };
    setInterval(() => {
      if (rounds++ === 50) process.exit(tries > 10 && tries < 500 ? 7 : 8);
      ${lines}
    }, 10);`,
      full,
    );
    const [error, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([error, code]).toEqual(['', 7]);
  },
);

test('a warning in the log of the web process is written at once, with the lines before it: not even SIGKILL takes it', async () => {
  const { stdout } = logging(`log.info('one'); console.warn('two'); process.kill(process.pid, 'SIGKILL');`);
  expect(words(await text(stdout))).toEqual(['one', 'two']);
});

test.each(['process.exit(0)', `setTimeout(() => {})`])(
  'what waits in the log of the web process is written at its end: "%s"',
  async (end) => {
    const { stdout } = logging(`log.info('one'); log.info('two'); ${end}`);
    expect(words(await text(stdout))).toEqual(['one', 'two']);
  },
);

test('copies of the web log that bundles hold write to one file, line by line', async () => {
  const { stdout } = logging(`
    const { log: other } = await import(${href('log.ts?copy')});
    for (let line = 0; line < 2_000; line++) (line % 2 === 0 ? log : other).info(String(line));`);
  expect(words(await text(stdout))).toEqual(Array.from({ length: 2_000 }, (_, line) => String(line)));
});
