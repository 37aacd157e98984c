import { format } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import pino from 'pino';
import { routeConsole } from './console.ts';

/** Returns a routed console, the lines of its log, and the output that was not routed. */
function routed() {
  const lines: string[] = [];
  const unrouted: string[] = [];
  const print = (...args: unknown[]) => void unrouted.push(format(...args));
  const target = { ...console, error: print, warn: print, info: print, log: print, debug: print, trace: print };
  const restore = routeConsole(pino({ level: 'debug' }, { write: (line) => void lines.push(line) }), target);
  onTestFinished(restore);
  return {
    target,
    restore,
    lines,
    unrouted,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

const withSecret = Object.assign(new Error('duplicate key'), {
  code: '23505',
  detail: 'Key (email)=(ada@example.com)',
});

/** What libraries print, and the fields of the log line for it. */
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
  test.each(PRINTED)('a routed console logs %s as one line of JSON', (_, printed, expected) => {
    const { target, lines, unrouted, logged } = routed();
    target.error(...printed);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(logged()[0]).toMatchObject({ event: 'console', level: pino.levels.values['error'], ...expected });
    expect(lines.join('')).not.toMatch(/ada@example|Correct7horse|secret/);
    expect(unrouted).toEqual([]);
  });

  test.each(['error', 'warn', 'info', 'log', 'debug', 'trace'] as const)(
    'a routed console keeps the level of console.%s',
    (method) => {
      const { target, logged } = routed();
      target[method]('text');
      const level = { log: 'info', trace: 'debug' }[method as string] ?? method;
      expect(logged()).toMatchObject([{ level: pino.levels.values[level], msg: 'text' }]);
    },
  );

  test('a routed console logs Node’s warnings, which Node then does not print', async () => {
    const { lines, logged } = routed();
    process.emitWarning('this is old', 'DeprecationWarning', 'DEP9999');
    await vi.waitUntil(() => lines.length > 0);
    expect(logged()).toMatchObject([{ msg: 'this is old', error: 'DeprecationWarning', code: 'DEP9999' }]);
    expect(process.listenerCount('warning')).toBe(1);
  });

  test('a restored console prints as before', () => {
    const listeners = process.listeners('warning');
    const { target, restore, lines, unrouted } = routed();
    restore();
    target.error('text');
    expect([lines, unrouted]).toEqual([[], ['text']]);
    expect(process.listeners('warning')).toEqual(listeners);
  });
});
