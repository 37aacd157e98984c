import { afterEach, describe, expect, test, vi } from 'vitest';
import { dateInputValue, dueAtOn, dueLabel } from './due-label.ts';

/** Returns a time in the viewer's time zone. */
const local = (day: number, hour: number, month = 11, year = 2026) => new Date(year, month - 1, day, hour);

/** Eight hours behind UTC, fourteen ahead of it, and one of the zones with a fraction of an hour. */
const ZONES = ['America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kathmandu', 'UTC'];

afterEach(() => vi.unstubAllEnvs());

// covers: REACH-01
describe.each(ZONES)('a due date in %s', (zone) => {
  test(`dateInputValue returns the day that dueAtOn was called with, in every time zone, when it was set in ${zone}`, () => {
    vi.stubEnv('TZ', zone);
    for (const day of ['2026-11-21', '2024-02-29', '2026-03-29', '2026-12-31', '2027-01-01']) {
      vi.stubEnv('TZ', zone);
      const dueAt = dueAtOn(day);
      for (const other of ZONES) {
        vi.stubEnv('TZ', other);
        expect(dateInputValue(dueAt)).toBe(day);
      }
    }
  });

  test(`dueLabel on the server names the day that a viewer in ${zone} has chosen`, () => {
    vi.stubEnv('TZ', zone);
    const dueAt = dueAtOn('2026-11-21') ?? '';
    expect(dueLabel(dueAt, null).text).toMatch(/^Sat,? 21 Nov$/);
    expect(dueLabel(dueAt, local(1, 12)).text).toMatch(/^Sat,? 21 Nov$/);
  });

  test(`a date is due the whole day, and overdue when the next day begins in ${zone}`, () => {
    vi.stubEnv('TZ', zone);
    const dueAt = dueAtOn('2026-11-21') ?? '';
    expect(dueLabel(dueAt, local(20, 23))).toEqual({ text: 'Tomorrow', overdue: false });
    expect(dueLabel(dueAt, local(21, 0))).toEqual({ text: 'Today', overdue: false });
    expect(dueLabel(dueAt, local(21, 23))).toEqual({ text: 'Today', overdue: false });
    expect(dueLabel(dueAt, local(22, 0))).toEqual({ text: 'Yesterday', overdue: true });
  });
});

test('an empty date input is no due date', () => {
  expect(dueAtOn('')).toBeNull();
  expect(dateInputValue(null)).toBe('');
});

describe('dueLabel of a time', () => {
  const due = local(21, 18).toISOString();

  test.each([
    [local(20, 23), 'Tomorrow', false],
    [local(21, 0), 'Today', false],
    [local(21, 19), 'Today', true],
    [local(22, 0), 'Yesterday', true],
    [local(19, 12), 'Sat 21 Nov', false],
    [local(1, 12, 12, 2025), '21 Nov 2026', false],
  ])('at %s dueLabel returns %s', (now, text, overdue) => {
    const label = dueLabel(due, now);
    expect({ ...label, text: label.text.replace(',', '') }).toEqual({ text, overdue });
  });

  // covers: REACH-01
  test('dueLabel without a current time returns day and time in UTC, says so, and does not mark it as overdue', () => {
    const label = dueLabel('2020-01-02T23:30:00Z', null);
    expect(label.text).toMatch(/2 Jan.*23:30 UTC/);
    expect(label.overdue).toBe(false);
  });
});
