import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const href = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** Runs a script in a child process, with the web app's log on its standard output and the console routed to it. */
function runWithLog(script: string, stdout: 'pipe' | number = 'pipe') {
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

const messagesIn = (lines: string) =>
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
  'a full disk does not stop the web process: it drops lines of %s without output, after a few attempts',
  async (_, lines) => {
    const full = fs.openSync('/dev/full', 'w');
    onTestFinished(() => fs.closeSync(full));
    const child = runWithLog(
      `import fs from 'node:fs';
    const { writeSync } = fs;
    let [rounds, tries] = [0, 0];
    fs.writeSync = (...args) => { tries++; return writeSync(...args); };
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

test('a warning is written at once, with the lines before it, so that SIGKILL loses none', async () => {
  const { stdout } = runWithLog(`log.info('one'); console.warn('two'); process.kill(process.pid, 'SIGKILL');`);
  expect(messagesIn(await text(stdout))).toEqual(['one', 'two']);
});

test.each(['process.exit(0)', `setTimeout(() => {})`])(
  'buffered lines are written when the web process ends: "%s"',
  async (end) => {
    const { stdout } = runWithLog(`log.info('one'); log.info('two'); ${end}`);
    expect(messagesIn(await text(stdout))).toEqual(['one', 'two']);
  },
);

test('copies of the log in bundles share one writer, so that lines do not interleave', async () => {
  const { stdout } = runWithLog(`
    const { log: other } = await import(${href('log.ts?copy')});
    for (let line = 0; line < 2_000; line++) (line % 2 === 0 ? log : other).info(String(line));`);
  expect(messagesIn(await text(stdout))).toEqual(Array.from({ length: 2_000 }, (_, line) => String(line)));
});
