import { expect, test } from 'vitest';
import type { TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { withoutTask, withTask } from './cached-list.ts';

const node = (id: string): TaskFieldsFragment => ({
  __typename: 'Task',
  id,
  title: `Task ${id}`,
  description: '',
  done: false,
  dueAt: null,
  priority: 'NORMAL',
  version: 1,
});
const list = (totalCount: number, ...ids: string[]) => ({
  totalCount,
  edges: ids.map((id) => ({ __typename: 'TaskEdge' as const, cursor: id, node: node(id) })),
});
const shown = ({ totalCount, edges }: ReturnType<typeof list>) => [totalCount, edges.map((edge) => edge.node.id)];

// covers: LIST-04
test('withTask adds a task at the top once: a list that was fetched meanwhile has it already', () => {
  expect(shown(withTask(list(5, 'b'), node('a')))).toEqual([6, ['a', 'b']]);
  expect(shown(withTask(list(6, 'a', 'b'), node('a')))).toEqual([6, ['a', 'b']]);
});

// covers: LIST-04
test('withoutTask removes a task once: a list that was fetched meanwhile no longer counts it', () => {
  expect(shown(withoutTask(list(6, 'a', 'b'), 'a'))).toEqual([5, ['b']]);
  expect(shown(withoutTask(list(5, 'b'), 'a'))).toEqual([5, ['b']]);
});
