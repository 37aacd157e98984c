import { expect, test } from 'vitest';
import { isDraft, isEmpty, NOTHING_TYPED } from './new-task-form.ts';

// covers: LIST-20
test('a draft with another form is none: text of an older release, no object, an unknown priority', () => {
  expect(isDraft({ title: 'Mend', dueDay: '', priority: 'HIGH' })).toBe(true);
  for (const value of ['Mend', null, 3, { title: 'Mend' }, { title: 'Mend', dueDay: '', priority: 'HUGE' }])
    expect(isDraft(value)).toBe(false);
});

// covers: LIST-20
test('a form with a due date or a priority alone is not empty', () => {
  expect(isEmpty(NOTHING_TYPED)).toBe(true);
  expect(isEmpty({ ...NOTHING_TYPED, dueDay: '2031-05-01' })).toBe(false);
  expect(isEmpty({ ...NOTHING_TYPED, priority: 'LOW' })).toBe(false);
});
