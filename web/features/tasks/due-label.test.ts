import { describe, expect, test } from 'vitest';
import { dateInputValue, dueAtEndOf, dueLabel } from './due-label.ts';

/** Returns a time in the viewer's time zone. */
const local = (day: number, hour: number, month = 11, year = 2026) => new Date(year, month - 1, day, hour);

describe('dueAtEndOf', () => {
  test('dueAtEndOf returns the end of the day in the viewer’s time zone', () => {
    expect(new Date(dueAtEndOf('2026-11-21') ?? '')).toEqual(new Date(2026, 10, 21, 23, 59, 59));
  });

  test.each(['2026-11-21', '2024-02-29', '2026-03-29', '2026-12-31'])(
    'dateInputValue returns the day %s that dueAtEndOf was called with',
    (day) => {
      expect(dateInputValue(dueAtEndOf(day))).toBe(day);
    },
  );

  test('an empty input is no due date', () => {
    expect(dueAtEndOf('')).toBeNull();
    expect(dateInputValue(null)).toBe('');
  });
});

describe('dueLabel', () => {
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

  test('dueLabel without a current time returns the day in UTC, and does not mark it as overdue', () => {
    const label = dueLabel('2020-01-02T23:30:00Z', null);
    expect(label.text).toMatch(/2 Jan/);
    expect(label.overdue).toBe(false);
  });
});
