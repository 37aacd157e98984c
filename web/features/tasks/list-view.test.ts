import { type Arbitrary, assert, constantFrom, option, property, record, string, uuid } from 'fast-check';
import { expect, test } from 'vitest';
import { type ListView, parseView, printView, SHOWN, SORTINGS, viewVariables, WHOLE_LIST } from './list-view.ts';
import { parseAddress, printAddress } from './task-address.ts';

const views: Arbitrary<ListView> = record({
  shown: constantFrom(...SHOWN),
  text: string({ unit: 'grapheme', maxLength: 60 }),
  sorting: constantFrom(...SORTINGS),
});

// covers: LIST-14
test('a view and an open task survive being written to the URL and read again', () => {
  assert(
    property(views, option(uuid(), { nil: null }), (view, taskId) => {
      expect(parseAddress(printAddress({ view, taskId }))).toEqual({ view, taskId });
    }),
  );
});

// covers: LIST-14
test('the whole list has a URL without parameters, and unknown parameters mean the whole list', () => {
  expect(printAddress({ view: WHOLE_LIST, taskId: null })).toBe('/tasks');
  expect(printView(WHOLE_LIST)).toBe('');
  expect(parseView('?show=later&sort=colour&utm_source=mail')).toEqual(WHOLE_LIST);
  expect(parseView(`?q=${'x'.repeat(300)}`).text).toHaveLength(200);
});

// covers: LIST-12
test('today and overdue are bounded by the UTC days with the viewer’s date', () => {
  const filterOf = (shown: ListView['shown'], today: string) => viewVariables({ ...WHOLE_LIST, shown }, today).filter;
  expect(filterOf('overdue', '2026-03-01')).toEqual({ done: false, dueBefore: '2026-03-01T00:00:00.000Z' });
  expect(filterOf('today', '2026-12-31')).toEqual({
    done: false,
    dueAfter: '2026-12-31T00:00:00.000Z',
    dueBefore: '2027-01-01T00:00:00.000Z',
  });
  expect(filterOf('all', '2026-12-31')).toBeUndefined();
});
