import { format } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import pino from 'pino';
import { routeConsole } from './console.ts';

/** A console that is routed into a log, the lines of that log, and what went past it. */
function routed() {
  const lines: string[] = [];
  const past: string[] = [];
  const print = (...args: unknown[]) => void past.push(format(...args));
  const target = { ...console, error: print, warn: print, info: print, log: print, debug: print, trace: print };
  const restore = routeConsole(pino({ level: 'debug' }, { write: (line) => void lines.push(line) }), target);
  onTestFinished(restore);
  return {
    target,
    restore,
    lines,
    past,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

const withSecret = Object.assign(new Error('duplicate key'), {
  code: '23505',
  detail: 'Key (email)=(ada@example.com)',
});

/** What libraries print, and what a line of the log has to say of it. */
const PRINTED: readonly (readonly [string, readonly unknown[], object])[] = [
  ['a text', ['Failed to start'], { msg: 'Failed to start' }],
  ['a text of several lines', ['one\n    two\n'], { msg: 'one\n    two' }],
  ['a text in colours', ['\u001B[31m⨯\u001B[39m Failed'], { msg: '⨯ Failed' }],
  ['an error', [new TypeError('no such thing')], { error: 'TypeError', msg: 'no such thing' }],
  ['a text and an error', [' ⨯', new RangeError('too far')], { error: 'RangeError', msg: '⨯' }],
  ['an error with a code', [withSecret], { error: 'Error', code: '23505' }],
  [
    'an error with a cause',
    [new Error('fetch failed', { cause: withSecret })],
    { causes: [{ error: 'Error', code: '23505' }] },
  ],
  ['an object', [{ password: 'Correct7horse' }], { msg: 'console output without text' }],
  ['a text and an object', ['sent', { token: 'secret' }], { msg: 'sent' }],
  ['nothing', [], { msg: 'console output without text' }],
  ['undefined', [undefined], { msg: 'undefined' }],
  ['ten thousand characters', ['x'.repeat(10_000)], { msg: 'x'.repeat(2_000) }],
];

describe('a routed console', () => {
  // covers: OPS-09
  test.each(PRINTED)('writes %s as one line of JSON', (_, printed, expected) => {
    const { target, lines, past, logged } = routed();
    target.error(...printed);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(logged()[0]).toMatchObject({ event: 'console', level: pino.levels.values['error'], ...expected });
    expect(lines.join('')).not.toMatch(/ada@example|Correct7horse|secret/);
    expect(past).toEqual([]);
  });

  test.each(['error', 'warn', 'info', 'log', 'debug', 'trace'] as const)('keeps the level of console.%s', (method) => {
    const { target, logged } = routed();
    target[method]('text');
    const level = { log: 'info', trace: 'debug' }[method as string] ?? method;
    expect(logged()).toMatchObject([{ level: pino.levels.values[level], msg: 'text' }]);
  });

  test('writes the warnings of Node, which Node then does not print', async () => {
    const { lines, logged } = routed();
    process.emitWarning('this is old', 'DeprecationWarning', 'DEP9999');
    await vi.waitUntil(() => lines.length > 0);
    expect(logged()).toMatchObject([{ msg: 'this is old', error: 'DeprecationWarning', code: 'DEP9999' }]);
    expect(process.listenerCount('warning')).toBe(1);
  });

  test('prints as before once it is undone', () => {
    const listeners = process.listeners('warning');
    const { target, restore, lines, past } = routed();
    restore();
    target.error('text');
    expect([lines, past]).toEqual([[], ['text']]);
    expect(process.listeners('warning')).toEqual(listeners);
  });
});
