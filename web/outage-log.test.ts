import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutageLog } from './outage-log.ts';

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const full = () => Object.assign(new Error('no space left'), { code: '53100' });

/** A log of outages, and the lines that it has written. */
function outageLog() {
  const lines: { code: unknown; message: string; suppressed: number }[] = [];
  const report = createOutageLog((cause, message, suppressed) =>
    lines.push({ code: cause instanceof Error && 'code' in cause ? cause.code : cause, message, suppressed }),
  );
  return { report, lines };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the log of outages', () => {
  test('writes the first report of a cause at once', () => {
    const { report, lines } = outageLog();
    report(refused(), 'no session');
    expect(lines).toEqual([{ code: 'ECONNREFUSED', message: 'no session', suppressed: 0 }]);
  });

  test('writes one cause at most once a second, and loses no report from the count', () => {
    const { report, lines } = outageLog();
    for (let moment = 0; moment < 50; moment++) {
      for (let count = 0; count < 20; count++) report(refused(), 'no session');
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(10_000);
    // Five seconds of reports: the first line, and one for each second.
    expect(lines).toHaveLength(6);
    expect(lines.reduce((sum, { suppressed }) => sum + suppressed + 1, 0)).toBe(1_000);
  });

  test('writes a second cause, and a second message, at once', () => {
    const { report, lines } = outageLog();
    report(refused(), 'no session');
    report(full(), 'no session');
    report(refused(), 'no first view');
    report(new TypeError('fetch failed', { cause: refused() }), 'no session');
    report(new TypeError('fetch failed', { cause: full() }), 'no session');
    expect(lines).toHaveLength(5);
    expect(lines.every(({ suppressed }) => suppressed === 0)).toBe(true);
  });

  test('writes a cause at once again after a second without it', () => {
    const { report, lines } = outageLog();
    report(refused(), 'no session');
    vi.advanceTimersByTime(1_001);
    report(refused(), 'no session');
    expect(lines.map(({ suppressed }) => suppressed)).toEqual([0, 0]);
  });

  test('keeps its memory and its lines bounded when every cause is a different one', () => {
    const { report, lines } = outageLog();
    for (let count = 0; count < 10_000; count++) report(new Error(`cause ${count}`), 'no session');
    expect(lines.length).toBeLessThanOrEqual(101);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(101);
  });

  test('takes whatever is thrown', () => {
    const { report, lines } = outageLog();
    const circle = new Error('circle');
    circle.cause = circle;
    for (const thrown of [undefined, 'text', 1, {}, circle]) report(thrown, 'no session');
    expect(lines).toHaveLength(5);
  });

  test('keeps no process alive', () => {
    vi.useRealTimers();
    const { report } = outageLog();
    const before = process.getActiveResourcesInfo();
    report(refused(), 'no session');
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });
});
