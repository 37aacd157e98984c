import { expect, test } from 'vitest';
import type { TaskForm } from './changed-fields.ts';
import { mergeEdits } from './merge-edits.ts';

const opened: TaskForm = { title: 'Gate', description: '', dueDay: '', priority: 'NORMAL' };

// covers: LIST-03
test('mergeEdits keeps changes of different fields, and reports no conflict', () => {
  expect(mergeEdits(opened, { ...opened, priority: 'HIGH' }, { ...opened, title: 'Gates' })).toEqual({
    values: { ...opened, title: 'Gates', priority: 'HIGH' },
    conflicts: [],
  });
});

// covers: LIST-03
test('mergeEdits keeps the user’s value of a field that both changed, and reports it', () => {
  const current = { ...opened, title: 'Fence', dueDay: '2031-05-01' };
  expect(mergeEdits(opened, current, { ...opened, title: 'Gates', dueDay: '2031-05-01' })).toEqual({
    values: { ...opened, title: 'Gates', dueDay: '2031-05-01' },
    conflicts: ['title'],
  });
});
