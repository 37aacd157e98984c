import { DatabaseError } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatabaseUnavailable } from '../data/errors.ts';
import { createOutageLog, type Outage } from './outage-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A log of outages and its lines. */
function logging() {
  const lines: Outage[] = [];
  return { lines, unavailable: createOutageLog((line) => lines.push(line)) };
}

/** What PostgreSQL says, with a row in its detail. */
function refused(code: string, message: string): DatabaseError {
  return Object.assign(new DatabaseError(message, 1, 'error'), { code, detail: 'Failing row contains (secret).' });
}
const away = (cause: unknown) => new DatabaseUnavailable('The database did not answer.', { cause });

describe('the cause of a 503', () => {
  test.each([
    ['53100', away(refused('53100', 'could not extend file: No space left on device'))],
    ['53300', away(refused('53300', 'sorry, too many clients already'))],
    ['57P01', away(away(refused('57P01', 'terminating connection')))],
    ['ECONNREFUSED', away(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))],
    ['ECONNREFUSED', away(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))],
    ['ENOSPC', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })],
    ['timeout exceeded when trying to connect', away(new Error('timeout exceeded when trying to connect'))],
    ['The client has left.', new DatabaseUnavailable('The client has left.')],
    ['the token keys are away', 'the token keys are away'],
    ['too much is held', new Error('refused', { cause: 'too much is held' })],
    ['undefined', undefined],
  ])('is %s', (cause, given) => {
    const { lines, unavailable } = logging();
    unavailable(given);
    expect(lines).toEqual([{ cause, message: expect.any(String), suppressed: 0 }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('of an error that is its own cause is found', () => {
    const { lines, unavailable } = logging();
    const own = new Error('round');
    own.cause = own;
    unavailable(own);
    expect(lines).toMatchObject([{ cause: 'round' }]);
  });
});

describe('in an outage', () => {
  test('each cause is logged once a second at most, and none is lost: the others are counted', () => {
    const { lines, unavailable } = logging();
    const each = (cause: string) => lines.filter((line) => line.cause === cause);
    for (let tenth = 0; tenth < 100; tenth++) {
      for (let time = 0; time < 5; time++) unavailable(away(refused('53100', 'full')));
      if (tenth % 20 === 0) unavailable('the token keys are away');
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(5_000);
    expect(each('53100').length).toBeLessThanOrEqual(11);
    expect(each('53100').reduce((sum, { suppressed }) => sum + suppressed + 1, 0)).toBe(500);
    expect(each('the token keys are away')).toHaveLength(5);
  });

  test('a cause that comes again later is logged at once', () => {
    const { lines, unavailable } = logging();
    unavailable('one');
    vi.advanceTimersByTime(10_000);
    unavailable('one');
    expect(lines).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(1);
  });

  test('causes that are ever other ones take no more than so much memory, and so many lines', () => {
    const { lines, unavailable } = logging();
    for (let number = 0; number < 10_000; number++) unavailable(`${number} ${'x'.repeat(10_000)}`);
    expect(lines.length).toBeLessThanOrEqual(101);
    for (const { cause, message } of lines) expect(cause.length + message.length).toBeLessThanOrEqual(400);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(101);
  });
});
