import { DatabaseError } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatabaseUnavailable } from '../../server/data/pg/database-errors.ts';
import { createOutageLog, type Outage } from './outage-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A log of outages and its lines. */
function logging() {
  const lines: Outage[] = [];
  const log = createOutageLog((line) => lines.push(line));
  return { lines, log, report: (cause: unknown) => log(cause, 'answered 503') };
}

/** What PostgreSQL says, with a row in its detail. */
function failed(code: string, message: string): DatabaseError {
  return Object.assign(new DatabaseError(message, 1, 'error'), { code, detail: 'Failing row contains (secret).' });
}
const away = (cause: unknown) => new DatabaseUnavailable('The database did not answer.', { cause });
const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('the cause of a 503', () => {
  // covers: EDGE-32
  test.each([
    ['53100', away(failed('53100', 'could not extend file: No space left on device'))],
    ['53300', away(failed('53300', 'sorry, too many clients already'))],
    ['57P01', away(away(failed('57P01', 'terminating connection')))],
    ['ECONNREFUSED', away(refused())],
    ['ECONNREFUSED', new TypeError('fetch failed', { cause: refused() })],
    ['ECONNREFUSED', away(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))],
    ['ECONNREFUSED', away(new AggregateError([refused(), failed('53100', 'full')]))],
    ['ENOSPC', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })],
    ['timeout exceeded when trying to connect', away(new Error('timeout exceeded when trying to connect'))],
    ['The client has left.', new DatabaseUnavailable('The client has left.')],
    ['the token keys are away', 'the token keys are away'],
    ['too much is held', new Error('refused', { cause: 'too much is held' })],
    ['undefined', undefined],
    ['object', { password: 'secret' }],
    ['object', Object.create(null)],
    ['number', 1],
  ])('is %s', (cause, given) => {
    const { lines, report } = logging();
    report(given);
    expect(lines).toEqual([
      { consequence: 'answered 503', cause, message: expect.any(String), reported: given, suppressed: 0 },
    ]);
    expect(JSON.stringify([lines[0]?.cause, lines[0]?.message])).not.toContain('secret');
  });

  test('of an error that is its own cause is found', () => {
    const { lines, report } = logging();
    const own = new Error('round');
    own.cause = own;
    report(own);
    expect(lines).toMatchObject([{ cause: 'round' }]);
  });
});

describe('in an outage', () => {
  // covers: OPS-09
  test('each cause is logged once a second at most, and none is lost: the others are counted', () => {
    const { lines, report } = logging();
    const each = (cause: string) => lines.filter((line) => line.cause === cause);
    for (let tenth = 0; tenth < 100; tenth++) {
      for (let time = 0; time < 5; time++) report(away(failed('53100', 'full')));
      if (tenth % 20 === 0) report('the token keys are away');
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(5_000);
    expect(each('53100').length).toBeLessThanOrEqual(11);
    expect(each('53100').reduce((sum, { suppressed }) => sum + suppressed + 1, 0)).toBe(500);
    expect(each('the token keys are away')).toHaveLength(5);
  });

  test('a second cause, another way to one cause, and a second consequence are logged at once', () => {
    const { lines, log } = logging();
    log(refused(), 'no session');
    log(failed('53100', 'full'), 'no session');
    log(refused(), 'no first view');
    log(new TypeError('fetch failed', { cause: refused() }), 'no session');
    log(new TypeError('fetch failed', { cause: failed('53100', 'full') }), 'no session');
    expect(lines.map(({ suppressed }) => suppressed)).toEqual([0, 0, 0, 0, 0]);
    expect(lines.map(({ consequence }) => consequence)).toContain('no first view');
  });

  test('the line of those that were counted has the error that was reported last', () => {
    const { lines, report } = logging();
    const errors: readonly Error[] = Array.from({ length: 5 }, () => refused());
    for (const error of errors) report(error);
    vi.advanceTimersByTime(1_000);
    expect(lines.map(({ reported }) => errors.indexOf(reported as Error))).toEqual([0, 4]);
  });

  test.each([1_001, 10_000])('a cause that comes again after %d ms without it is logged at once', (pause) => {
    const { lines, report } = logging();
    report('one');
    vi.advanceTimersByTime(pause);
    report('one');
    expect(lines.map(({ suppressed }) => suppressed)).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBe(1);
  });

  test.each([
    ['words', (number: number) => `${number} ${'x'.repeat(10_000)}`],
    ['errors', (number: number) => new Error(`${number} ${'x'.repeat(10_000)}`)],
    ['codes', (number: number) => away(failed(`${number}${'x'.repeat(10_000)}`, 'full'))],
  ])('%s that are ever other ones take no more than so much memory, and so many lines', (_, thrown) => {
    const { lines, report } = logging();
    for (let number = 0; number < 10_000; number++) report(thrown(number));
    expect(lines.length).toBeLessThanOrEqual(101);
    for (const { cause, message } of lines) expect(cause.length + message.length).toBeLessThanOrEqual(400);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(101);
  });

  test('the log keeps no process alive', () => {
    vi.useRealTimers();
    const { report } = logging();
    const before = process.getActiveResourcesInfo();
    report(refused());
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });
});
