import { expect, test } from 'vitest';
import type { TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { dueAtEndOf } from './due-label.ts';
import { changeOf } from './task-change.ts';

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
  expect(changeOf(task, form)).toEqual({});
});

test('only what was touched is sent', () => {
  expect(changeOf(task, { ...form, title: 'Mend both gates', priority: 'HIGH' })).toEqual({
    title: 'Mend both gates',
    priority: 'HIGH',
  });
  expect(changeOf(task, { ...form, description: '' })).toEqual({ description: '' });
});

test('another day is due at its end; no day is no due date', () => {
  expect(changeOf(task, { ...form, dueDay: '2026-11-22' })).toEqual({ dueAt: dueAtEndOf('2026-11-22') });
  expect(changeOf(task, { ...form, dueDay: '' })).toEqual({ dueAt: null });
});
