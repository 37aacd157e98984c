import { expect, test } from 'vitest';
import type { TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { dueAtEndOf } from './due-label.ts';
import { changedFields } from './changed-fields.ts';

const task: TaskFieldsFragment = {
  __typename: 'Task',
  id: '1',
  title: 'Mend the gate',
  description: 'The lower hinge.',
  done: false,
  dueAt: new Date(2026, 10, 21, 9, 30).toISOString(),
  priority: 'NORMAL',
};
const form = { title: task.title, description: task.description, dueDay: '2026-11-21', priority: task.priority };

test('nothing touched is no change, and keeps the due time to the minute', () => {
  expect(changedFields(task, form)).toEqual({});
});

test('only what was touched is sent', () => {
  expect(changedFields(task, { ...form, title: 'Mend both gates', priority: 'HIGH' })).toEqual({
    title: 'Mend both gates',
    priority: 'HIGH',
  });
  expect(changedFields(task, { ...form, description: '' })).toEqual({ description: '' });
});

test('another day is due at its end; no day is no due date', () => {
  expect(changedFields(task, { ...form, dueDay: '2026-11-22' })).toEqual({ dueAt: dueAtEndOf('2026-11-22') });
  expect(changedFields(task, { ...form, dueDay: '' })).toEqual({ dueAt: null });
});
