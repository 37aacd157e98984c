import { describe, expect, test } from 'vitest';
import type { Caller, Task } from './callers.ts';
import { type OperationName, PEER_OPERATIONS } from './operations.ts';
import { PEERS } from './peer-list.ts';

const task = (index: number): Task => ({
  id: `task-${index}`,
  title: `Title ${index}`,
  description: '',
  done: false,
  dueAt: index % 2 === 0 ? '2026-11-22T05:00:00.123Z' : null,
  priority: 'LOW',
  steps: [{ id: `step-${index}`, title: 'Step', done: false }],
});
const caller: Caller = { id: 'caller', tasks: Array.from({ length: 30 }, (_, index) => task(index)) };
const fields = (of: Task) => Object.fromEntries(Object.entries(of).filter(([name]) => name !== 'steps'));
const NODES = caller.tasks.slice(0, 20);

const answered = (name: OperationName, data: unknown, status = 200, variables = {}) =>
  PEER_OPERATIONS[name].isRight({ status, body: { data } }, caller, variables);

describe('a response of a peer is right', () => {
  test('with the caller’s first 20 tasks, keys in any order and timestamps in PostgreSQL’s form', () => {
    const nodes = NODES.map((each) => ({ ...fields(each), dueAt: each.dueAt && '2026-11-22T05:00:00.123000+00:00' }));
    expect(answered('list', { tasks: { nodes } })).toBe(true);
    expect(
      answered('list', {
        tasks: { nodes: nodes.map((node) => Object.fromEntries(Object.entries(node).toReversed())) },
      }),
    ).toBe(true);
  });

  test('with steps as a list, or as PostGraphile’s connection', () => {
    expect(answered('steps', { tasks: { nodes: NODES } })).toBe(true);
    const nodes = NODES.map((each) => ({ ...each, steps: { nodes: each.steps } }));
    expect(answered('steps', { tasks: { nodes } })).toBe(true);
  });

  test('to a refused request with errors and no data, or with null', () => {
    const errors = [{ message: 'Not signed in' }];
    expect(PEER_OPERATIONS.anonymous.isRight({ status: 401, body: { errors } }, caller, {})).toBe(true);
    expect(PEER_OPERATIONS.anonymous.isRight({ status: 200, body: { data: null, errors } }, caller, {})).toBe(true);
  });
});

/** Wrong lists: each differs from the right one in one way. */
const WRONG: readonly (readonly [what: string, nodes: readonly unknown[]])[] = [
  ['a task too few', NODES.slice(1)],
  ['two tasks exchanged', [NODES[1], NODES[0], ...NODES.slice(2)]],
  ['another title', [{ ...NODES[0], title: 'Another' }, ...NODES.slice(1)]],
  ['another due date', [{ ...NODES[0], dueAt: '2026-11-22T05:00:00.124Z' }, ...NODES.slice(1)]],
  ['a field too few', [{ ...NODES[0], priority: undefined }, ...NODES.slice(1)]],
  ['a step too few', [{ ...NODES[0], steps: [] }, ...NODES.slice(1)]],
];

describe('a response of a peer is wrong', () => {
  test.each(WRONG)('a list with %s', (_what, nodes) => {
    expect(answered('steps', { tasks: { nodes } })).toBe(false);
  });

  test('a list with status 500, or with errors beside it', () => {
    const data = { tasks: { nodes: NODES } };
    expect(answered('steps', data, 500)).toBe(false);
    expect(PEER_OPERATIONS.steps.isRight({ status: 200, body: { data, errors: [{}] } }, caller, {})).toBe(false);
  });

  test('to a request without a token, with an object beside its errors or without any error', () => {
    const data = { tasks: { nodes: [] } };
    expect(PEER_OPERATIONS.anonymous.isRight({ status: 200, body: { data, errors: [{}] } }, caller, {})).toBe(false);
    expect(PEER_OPERATIONS.anonymous.isRight({ status: 200, body: { data: null } }, caller, {})).toBe(false);
  });

  test('to a request for another user, with that user’s account', () => {
    expect(answered('other', { user: { id: 'other', email: 'other@example.com' } })).toBe(false);
  });

  test('to a change, with another title or another task', () => {
    const variables = { id: 'task-20', title: 'New' };
    expect(answered('update', { updateTask: { id: 'task-20', title: 'New' } }, 200, variables)).toBe(true);
    expect(answered('update', { updateTask: { id: 'task-20', title: 'Old' } }, 200, variables)).toBe(false);
    expect(answered('update', { updateTask: { id: 'task-21', title: 'New' } }, 200, variables)).toBe(false);
  });
});

test('each peer has a name of its own, and no operation’s', () => {
  const keys = PEERS.map(({ key }) => key);
  expect(new Set([...keys, ...Object.keys(PEER_OPERATIONS)]).size).toBe(
    keys.length + Object.keys(PEER_OPERATIONS).length,
  );
});
