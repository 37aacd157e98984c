import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LineWriter } from './line-writer.ts';

/** The numbers of pino's levels. */
const [INFO, WARN] = [30, 40];

/** The outcome of a write: at most this number of bytes is written, the file is not ready, or the write fails. */
type Outcome = number | 'EAGAIN' | 'ENOSPC';

describe('LineWriter on a file that', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Creates a writer to a file with these outcomes of the next writes; later writes succeed. `file` has the contents. */
  function createWriter(outcomes: readonly Outcome[]) {
    const left = [...outcomes];
    const file = { text: '', tries: 0 };
    vi.spyOn(Atomics, 'wait').mockImplementation((_array, _index, _value, milliseconds) => {
      vi.advanceTimersByTime(Number(milliseconds));
      return 'timed-out';
    });
    vi.spyOn(fs, 'writeSync').mockImplementation((_file: number, bytes: unknown) => {
      file.tries++;
      const outcome = left.shift() ?? Infinity;
      if (typeof outcome === 'string') throw Object.assign(new Error(outcome), { code: outcome });
      const taken = (bytes as Buffer).subarray(0, outcome);
      file.text += taken.toString('latin1');
      return taken.length;
    });
    const before = new Set(process.listeners('exit'));
    const writer = new LineWriter(99);
    for (const listener of process.listeners('exit')) if (!before.has(listener)) process.off('exit', listener);
    const write = (line: string, level = INFO) => {
      writer.lastLevel = level;
      writer.write(line);
    };
    return { writer, file, write };
  }

  /** A step with a writer: a line of a level and a length, a flush, or a passage of time. */
  const step = fc.oneof(
    fc.record({ level: fc.constantFrom(INFO, INFO, WARN), length: fc.integer({ min: 1, max: 6_000 }) }),
    fc.record({ flush: fc.constantFrom(0, 10, 100) }),
    fc.record({ pass: fc.integer({ min: 1, max: 60 }) }),
  );
  /** Runs the steps, then waits until everything is written; returns the lines. */
  function run({ writer, write }: ReturnType<typeof createWriter>, steps: readonly object[]): string[] {
    const lines: string[] = [];
    for (const each of steps as { level?: number; length?: number; flush?: number; pass?: number }[])
      if (each.length !== undefined) {
        lines.push(`<${lines.length}${'x'.repeat(each.length)}>`);
        write(`${lines.at(-1)}\n`, each.level);
      } else if (each.flush === undefined) vi.advanceTimersByTime(each.pass ?? 0);
      else writer.flushSync(each.flush);
    vi.advanceTimersByTime(60_000);
    return lines;
  }

  test('accepts parts of writes, or is not ready, writes every line complete and in order', () => {
    const outcome = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constant<Outcome>('EAGAIN'));
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), fc.array(step, { maxLength: 20 }), (outcomes, steps) => {
        const fixture = createWriter(outcomes);
        const lines = run(fixture, steps);
        expect(fixture.file.text).toBe(lines.map((line) => `${line}\n`).join(''));
      }),
    );
  });

  // covers: OPS-16
  test('is full at times never joins a line to one whose end was lost', () => {
    const outcome = fc.oneof(
      fc.integer({ min: 0, max: 5_000 }),
      fc.constant<Outcome>('EAGAIN'),
      fc.constant<Outcome>('ENOSPC'),
    );
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), fc.array(step, { maxLength: 20 }), (outcomes, steps) => {
        const fixture = createWriter(outcomes);
        const lines = run(fixture, steps);
        const kept = fixture.file.text.split('\n');
        const order = kept.filter((line) => lines.includes(line)).map((line) => lines.indexOf(line));
        expect(order).toEqual(order.toSorted((one, other) => one - other));
        for (const line of kept) expect([...lines, ''].some((written) => written.startsWith(line))).toBe(true);
      }),
    );
  });

  test('is full tries once for each batch or warning, and does not throw', () => {
    const { file, write } = createWriter(Array<Outcome>(10_000).fill('ENOSPC'));
    for (let line = 0; line < 1_000; line++) write(`${'x'.repeat(99)}\n`);
    for (let line = 0; line < 1_000; line++) write(`${'x'.repeat(99)}\n`, WARN);
    vi.advanceTimersByTime(60_000);
    expect(file.tries).toBeLessThan(1_100);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is never ready blocks the process once for 0.1 s, and keeps at most 8 MB', () => {
    const { writer, file, write } = createWriter(Array<Outcome>(100_000).fill('EAGAIN'));
    const began = performance.now();
    for (let line = 0; line < 1_000; line++) write(`${line} ${'x'.repeat(20_000)}\n`, WARN);
    expect(performance.now() - began).toBeLessThan(120);
    vi.spyOn(fs, 'writeSync').mockImplementation((_file: number, bytes: unknown) => {
      file.text += String(bytes);
      return (bytes as Buffer).length;
    });
    writer.flushSync();
    expect(file.text.length).toBeGreaterThan(8_000_000);
    expect(file.text.length).toBeLessThanOrEqual(8 * 1_024 * 1_024);
    expect(file.text.startsWith('0 x')).toBe(true);
  });
});

describe('LineWriter on a pipe', () => {
  /** Runs a script with a writer in a child process. */
  function spawned(script: string) {
    const source = `import { LineWriter } from ${JSON.stringify(new URL('line-writer.ts', import.meta.url).href)};
      const writer = new LineWriter(1);
      const write = (line, level) => { writer.lastLevel = level; writer.write(line + String.fromCharCode(10)); };
      ${script}`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 20_000,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }

  test('writes every line, including warnings, complete and in order to a slower reader', async () => {
    const { stdout } = spawned(`
      for (let line = 0; line < 2_000; line++) {
        write(line + ' ' + 'x'.repeat(3_000), line % 50 === 49 ? ${WARN} : ${INFO});
        if (line % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
      }`);
    let text = '';
    for await (const chunk of stdout) {
      text += String(chunk);
      await wait(2);
    }
    const numbers = text
      .trim()
      .split('\n')
      .map((line) => (/^\d+ x{3000}$/.test(line) ? Number.parseInt(line, 10) : line));
    expect(numbers).toEqual(Array.from({ length: 2_000 }, (_, line) => line));
  });

  test('does not block the process if the pipe is not read', async () => {
    const child = spawned(`
      for (let line = 0; line < 1_000; line++) write('x'.repeat(3_000), ${WARN});
      process.exit(7);`);
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});
