import { DatabaseError } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatabaseUnavailable } from '../../server/data/pg/database-errors.ts';
import { createOutageLog, type Outage } from './outage-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Creates an outage log with its lines. */
function setUp() {
  const lines: Outage[] = [];
  const log = createOutageLog((line) => lines.push(line));
  return { lines, log, report: (cause: unknown) => log(cause, 'answered 503') };
}

/** Returns an error of PostgreSQL with a row in its detail. */
function pgError(code: string, message: string): DatabaseError {
  return Object.assign(new DatabaseError(message, 1, 'error'), { code, detail: 'Failing row contains (secret).' });
}
const unavailable = (cause: unknown) => new DatabaseUnavailable('The database did not answer.', { cause });
const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('the logged cause of an outage', () => {
  // covers: EDGE-32
  test.each([
    ['53100', unavailable(pgError('53100', 'could not extend file: No space left on device'))],
    ['53300', unavailable(pgError('53300', 'sorry, too many clients already'))],
    ['57P01', unavailable(unavailable(pgError('57P01', 'terminating connection')))],
    ['ECONNREFUSED', unavailable(refused())],
    ['ECONNREFUSED', new TypeError('fetch failed', { cause: refused() })],
    ['ECONNREFUSED', unavailable(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))],
    ['ECONNREFUSED', unavailable(new AggregateError([refused(), pgError('53100', 'full')]))],
    ['ENOSPC', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })],
    ['timeout exceeded when trying to connect', unavailable(new Error('timeout exceeded when trying to connect'))],
    ['The client has left.', new DatabaseUnavailable('The client has left.')],
    ['the token keys are unavailable', 'the token keys are unavailable'],
    ['a limit', new Error('refused', { cause: 'a limit' })],
    ['undefined', undefined],
    ['object', { password: 'secret' }],
    ['object', Object.create(null)],
    ['number', 1],
  ])('is %s', (cause, reported) => {
    const { lines, report } = setUp();
    report(reported);
    expect(lines).toEqual([
      { consequence: 'answered 503', cause, message: expect.any(String), reported, suppressed: 0 },
    ]);
    expect(JSON.stringify([lines[0]?.cause, lines[0]?.message])).not.toContain('secret');
  });

  test('is found for an error that is its own cause', () => {
    const { lines, report } = setUp();
    const own = new Error('round');
    own.cause = own;
    report(own);
    expect(lines).toMatchObject([{ cause: 'round' }]);
  });
});

describe('the outage log', () => {
  // covers: OPS-09
  test('logs each cause at most once a second, and counts the suppressed reports', () => {
    const { lines, report } = setUp();
    const each = (cause: string) => lines.filter((line) => line.cause === cause);
    for (let tenth = 0; tenth < 100; tenth++) {
      for (let time = 0; time < 5; time++) report(unavailable(pgError('53100', 'full')));
      if (tenth % 20 === 0) report('the token keys are unavailable');
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(5_000);
    expect(each('53100').length).toBeLessThanOrEqual(11);
    expect(each('53100').reduce((sum, { suppressed }) => sum + suppressed + 1, 0)).toBe(500);
    expect(each('the token keys are unavailable')).toHaveLength(5);
  });

  test('logs another cause, another chain to a cause, and another consequence at once', () => {
    const { lines, log } = setUp();
    log(refused(), 'no session');
    log(pgError('53100', 'full'), 'no session');
    log(refused(), 'no first view');
    log(new TypeError('fetch failed', { cause: refused() }), 'no session');
    log(new TypeError('fetch failed', { cause: pgError('53100', 'full') }), 'no session');
    expect(lines.map(({ suppressed }) => suppressed)).toEqual([0, 0, 0, 0, 0]);
    expect(lines.map(({ consequence }) => consequence)).toContain('no first view');
  });

  test('logs the last reported error in the line with the count', () => {
    const { lines, report } = setUp();
    const errors: readonly Error[] = Array.from({ length: 5 }, () => refused());
    for (const error of errors) report(error);
    vi.advanceTimersByTime(1_000);
    expect(lines.map(({ reported }) => errors.indexOf(reported as Error))).toEqual([0, 4]);
  });

  test.each([1_001, 10_000])('logs a cause at once that recurs after a pause of %d ms', (pause) => {
    const { lines, report } = setUp();
    report('one');
    vi.advanceTimersByTime(pause);
    report('one');
    expect(lines.map(({ suppressed }) => suppressed)).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBe(1);
  });

  test.each([
    ['texts', (number: number) => `${number} ${'x'.repeat(10_000)}`],
    ['errors', (number: number) => new Error(`${number} ${'x'.repeat(10_000)}`)],
    ['codes', (number: number) => unavailable(pgError(`${number}${'x'.repeat(10_000)}`, 'full'))],
  ])('limits memory and lines for 10,000 distinct %s', (_, thrown) => {
    const { lines, report } = setUp();
    for (let number = 0; number < 10_000; number++) report(thrown(number));
    expect(lines.length).toBeLessThanOrEqual(101);
    for (const { cause, message } of lines) expect(cause.length + message.length).toBeLessThanOrEqual(400);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(101);
  });

  test('does not keep the process alive', () => {
    vi.useRealTimers();
    const { report } = setUp();
    const before = process.getActiveResourcesInfo();
    report(refused());
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });
});
