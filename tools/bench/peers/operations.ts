import type { Caller, Task } from './callers.ts';
import type { Peer } from './peer-list.ts';

/** The operations measured, by their names for `--only`. */
export type OperationName = 'list' | 'one' | 'steps' | 'create' | 'update' | 'anonymous' | 'other';

/** A response: its status, and its body parsed. */
export interface PeerResponse {
  readonly status: number;
  readonly body: { readonly data?: unknown; readonly errors?: readonly unknown[] };
}

/** An operation that every peer serves, in Fieldgate's schema or in PostGraphile's. */
export interface PeerOperation {
  /** Its title in the tables. */
  readonly title: string;
  readonly query: string;
  readonly postgraphileQuery: string;
  readonly hasToken: boolean;
  /** Whether it changes rows; its responses then differ from one request to the next. */
  readonly isMutation: boolean;
  /** @param other another caller
   * @param turn the number of the request */
  variables(caller: Caller, other: Caller, turn: number): Readonly<Record<string, unknown>>;
  /** Whether a response is the right one for these variables: the right rows with the right values, or a refusal. */
  isRight(response: PeerResponse, caller: Caller, variables: Readonly<Record<string, unknown>>): boolean;
}

const FIELDS = 'id title description done dueAt priority';
const ALIASED = 'id: rowId title description done dueAt priority';
const PAGE = 20;

/** Returns a value in one form: timestamps as milliseconds, and PostGraphile's connection of steps as a list. */
function normalize(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => normalize(each));
  if (field === 'dueAt' && typeof value === 'string') return Date.parse(value);
  if (typeof value !== 'object' || value === null) return value;
  if (field === 'steps' && 'nodes' in value) return normalize(value.nodes);
  const entries = Object.entries(value).map(([name, each]) => [name, normalize(each, name)]);
  return Object.fromEntries(entries.toSorted(([one], [two]) => String(one).localeCompare(String(two))));
}

const isData = ({ status, body }: PeerResponse, expected: unknown) =>
  status === 200 &&
  body.errors === undefined &&
  JSON.stringify(normalize(body.data)) === JSON.stringify(normalize(expected));

/** A refusal holds no object of anybody: at most null where one was requested. */
const isRefused = ({ body }: PeerResponse) =>
  (body.errors?.length ?? 0) > 0 && Object.values(body.data ?? {}).every((value) => value === null);

const taskFields = ({ id, title, description, done, dueAt, priority }: Task) => ({
  id,
  title,
  description,
  done,
  dueAt,
  priority,
});

/** The operations in the order in which they are measured: the mutations after the queries. */
export const PEER_OPERATIONS: Readonly<Record<OperationName, PeerOperation>> = {
  list: {
    title: 'list of 20',
    query: `query List { tasks(first: ${PAGE}) { nodes { ${FIELDS} } } }`,
    postgraphileQuery: `query List { tasks: allTasks(first: ${PAGE}, orderBy: [POSITION_ASC, ROW_ID_ASC]) { nodes { ${ALIASED} } } }`,
    hasToken: true,
    isMutation: false,
    variables: () => ({}),
    isRight: (response, { tasks }) =>
      isData(response, { tasks: { nodes: tasks.slice(0, PAGE).map((task) => taskFields(task)) } }),
  },
  one: {
    title: 'one by id',
    query: `query One($id: ID!) { task(id: $id) { ${FIELDS} } }`,
    postgraphileQuery: `query One($id: UUID!, $owner: UUID!) { task: taskByUserIdAndRowId(userId: $owner, rowId: $id) { ${ALIASED} } }`,
    hasToken: true,
    isMutation: false,
    variables: ({ tasks }, _other, turn) => ({ id: tasks[turn % PAGE]?.id }),
    isRight: (response, { tasks }, { id }) => {
      const task = tasks.find((each) => each.id === id);
      return task !== undefined && isData(response, { task: taskFields(task) });
    },
  },
  steps: {
    title: 'list with steps',
    query: `query Steps { tasks(first: ${PAGE}) { nodes { ${FIELDS} steps { id title done } } } }`,
    postgraphileQuery: `query Steps { tasks: allTasks(first: ${PAGE}, orderBy: [POSITION_ASC, ROW_ID_ASC]) { nodes { ${ALIASED}
      steps: stepsByUserIdAndTaskId(orderBy: [POSITION_ASC]) { nodes { id: rowId title done } } } } }`,
    hasToken: true,
    isMutation: false,
    variables: () => ({}),
    isRight: (response, { tasks }) =>
      isData(response, {
        tasks: { nodes: tasks.slice(0, PAGE).map((task) => ({ ...taskFields(task), steps: task.steps })) },
      }),
  },
  create: {
    title: 'create',
    query: 'mutation Create($title: String!) { createTask(input: { title: $title }) { id title } }',
    postgraphileQuery: `mutation Create($id: UUID!, $owner: UUID!, $title: String!) {
      createTask(input: { task: { rowId: $id, userId: $owner, title: $title } }) { task { id: rowId title } } }`,
    hasToken: true,
    isMutation: true,
    variables: (_caller, _other, turn) => ({ title: `Created ${turn}` }),
    isRight: ({ status, body }, _caller, { title }) => {
      const { createTask } = (body.data ?? {}) as { createTask?: { task?: Created } & Created };
      const created = createTask?.task ?? createTask;
      return status === 200 && body.errors === undefined && created?.title === title && typeof created?.id === 'string';
    },
  },
  update: {
    title: 'update',
    query: 'mutation Update($id: ID!, $title: String!) { updateTask(id: $id, input: { title: $title }) { id title } }',
    postgraphileQuery: `mutation Update($id: UUID!, $owner: UUID!, $title: String!) {
      updateTask: updateTaskByUserIdAndRowId(input: { userId: $owner, rowId: $id, taskPatch: { title: $title } }) {
        task { id: rowId title } } }`,
    hasToken: true,
    isMutation: true,
    // Behind the first page: the lists stay the same.
    variables: ({ tasks }, _other, turn) => ({
      id: tasks[PAGE + (turn % (tasks.length - PAGE))]?.id,
      title: `Updated ${turn}`,
    }),
    isRight: (response, _caller, { id, title }) =>
      isData(response, { updateTask: { id, title } }) || isData(response, { updateTask: { task: { id, title } } }),
  },
  anonymous: {
    title: 'refused: no token',
    query: `query List { tasks(first: ${PAGE}) { nodes { ${FIELDS} } } }`,
    postgraphileQuery: `query List { tasks: allTasks(first: ${PAGE}, orderBy: [POSITION_ASC, ROW_ID_ASC]) { nodes { ${ALIASED} } } }`,
    hasToken: false,
    isMutation: false,
    variables: () => ({}),
    isRight: isRefused,
  },
  other: {
    title: 'refused: another’s id',
    query: 'query Other($id: ID!) { user(id: $id) { id email } }',
    // The accounts are in a schema that it does not serve. Its policy hides the row, which it answers with null.
    postgraphileQuery: `query Other($id: UUID!, $owner: UUID!) { task: taskByUserIdAndRowId(userId: $owner, rowId: $id) { ${ALIASED} } }`,
    hasToken: true,
    isMutation: false,
    variables: (_caller, other) => ({ id: other.id }),
    isRight: (response) => isRefused(response) || isData(response, { task: null }),
  },
};

interface Created {
  readonly id?: string;
  readonly title?: string;
}

/** The document and the variables of a request to this peer; null for Fieldgate. */
export function requestFor(peer: Peer | null, name: OperationName, caller: Caller, other: Caller, turn: number) {
  const operation = PEER_OPERATIONS[name];
  const variables = operation.variables(caller, other, turn);
  if (peer?.dialect !== 'postgraphile') return { query: operation.query, variables };
  const extra = {
    create: { id: crypto.randomUUID(), owner: caller.id },
    one: { owner: caller.id },
    update: { owner: caller.id },
    other: { owner: other.id, id: other.tasks[0]?.id },
    list: {},
    steps: {},
    anonymous: {},
  }[name];
  return { query: operation.postgraphileQuery, variables: { ...variables, ...extra } };
}
