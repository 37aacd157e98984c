import { expect, test } from 'vitest';
import type { TaskFieldsFragment } from '../../graphql/generated/operations.ts';
import { dueAtOn } from './due-label.ts';
import { changedFields } from './changed-fields.ts';

const task: TaskFieldsFragment = {
  __typename: 'Task',
  id: '1',
  title: 'Mend the gate',
  description: 'The lower hinge.',
  done: false,
  dueAt: new Date(2026, 10, 21, 9, 30).toISOString(),
  priority: 'NORMAL',
  position: 1,
  version: 1,
  createdAt: '2026-11-20T12:00:00.000Z',
  updatedAt: '2026-11-20T12:00:00.000Z',
  steps: [],
};
const form = { title: task.title, description: task.description, dueDay: '2026-11-21', priority: task.priority };

test('changedFields is empty for an unchanged form, so that the due time is kept to the minute', () => {
  expect(changedFields(task, form)).toEqual({});
});

test('changedFields has the changed fields alone', () => {
  expect(changedFields(task, { ...form, title: 'Mend both gates', priority: 'HIGH' })).toEqual({
    title: 'Mend both gates',
    priority: 'HIGH',
  });
  expect(changedFields(task, { ...form, description: '' })).toEqual({ description: '' });
});

test('changedFields sets the date of a new due day, and null for an empty one', () => {
  expect(changedFields(task, { ...form, dueDay: '2026-11-22' })).toEqual({ dueAt: dueAtOn('2026-11-22') });
  expect(changedFields(task, { ...form, dueDay: '' })).toEqual({ dueAt: null });
});
