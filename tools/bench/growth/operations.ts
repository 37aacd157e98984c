import type { SeededUser } from '../stand/seed-users.ts';

/** An operation of the GraphQL contract, requested repeatedly. */
export interface Operation {
  readonly title: string;
  readonly query: string;
  /** @param callIndex the number of the call, so that a mutation can use another task each time */
  variables(user: SeededUser, callIndex: number): Readonly<Record<string, unknown>>;
}

const TASK = 'id title description done dueAt priority';
const taskIdFor = ({ taskIds }: SeededUser, callIndex: number) => ({ id: taskIds[callIndex % taskIds.length] });

/** The common operations, and the variants of the list. */
export const OPERATIONS: readonly Operation[] = [
  {
    title: 'list of 20, their count',
    query: `query List { tasks(first: 20) { totalCount nodes { ${TASK} } } }`,
    variables: () => ({}),
  },
  {
    title: 'list of 20, no count',
    query: `query Page { tasks(first: 20) { nodes { ${TASK} } pageInfo { endCursor } } }`,
    variables: () => ({}),
  },
  {
    title: 'list of 20 with steps',
    query: `query Steps { tasks(first: 20) { nodes { ${TASK} steps { id title done } } } }`,
    variables: () => ({}),
  },
  {
    title: 'list by title, open ones',
    query: `query ByTitle { tasks(first: 20, filter: { done: false }, orderBy: { field: TITLE }) { nodes { ${TASK} } } }`,
    variables: () => ({}),
  },
  {
    title: 'list with a text in it',
    query: `query Text { tasks(first: 20, filter: { text: "why; what" }) { totalCount nodes { ${TASK} } } }`,
    variables: () => ({}),
  },
  { title: 'one by id', query: `query One($id: ID!) { task(id: $id) { ${TASK} } }`, variables: taskIdFor },
  { title: 'own account', query: 'query Me { viewer { id name email } }', variables: () => ({}) },
  {
    title: 'create',
    query: 'mutation Create($title: String!) { createTask(input: { title: $title }) { id } }',
    variables: (_person, callIndex) => ({ title: `Task ${callIndex}` }),
  },
  {
    title: 'update',
    query:
      'mutation Update($id: ID!, $title: String!) { updateTask(id: $id, input: { title: $title }) { id version } }',
    variables: (user, callIndex) => ({ ...taskIdFor(user, callIndex), title: `Changed ${callIndex}` }),
  },
  {
    title: 'move behind another',
    query: 'mutation Move($id: ID!, $after: ID!) { moveTask(id: $id, after: $after) { id } }',
    variables: (user, callIndex) => ({ ...taskIdFor(user, callIndex), after: taskIdFor(user, callIndex + 1).id }),
  },
  {
    title: 'add a step',
    query: 'mutation Add($id: ID!) { addStep(taskId: $id, input: { title: "a step" }) { id } }',
    variables: taskIdFor,
  },
];
