import { GraphQLError } from 'graphql';
import type { AuthEvent, DatasetUser, Step, Task, Dataset } from './dataset.ts';

/** Matches a value that the server makes: anything except null. */
export const ANY_VALUE = '\u0000any';

/** The row that each collected cursor names. */
export type CursorRows = ReadonlyMap<string, CursorTarget>;
export type CursorTarget =
  | { readonly list: 'tasks'; readonly row: Task }
  | { readonly list: 'events'; readonly row: AuthEvent };

interface ResolverContext {
  readonly dataset: Dataset;
  readonly viewer: DatasetUser | null;
  readonly cursors: CursorRows;
}
type Resolve = (source: unknown, args: unknown, context: unknown) => unknown;

interface ListArgs {
  readonly filter?: {
    readonly done?: boolean | null;
    readonly text?: string | null;
    readonly dueAfter?: number | null;
    readonly dueBefore?: number | null;
  } | null;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

interface TaskInput {
  readonly title?: string | null;
  readonly description?: string | null;
  readonly done?: boolean | null;
  readonly dueAt?: number | null;
  readonly priority?: Task['priority'] | null;
}

/** Resolvers of the contract in memory, for one viewer and their own rows. */
export const referenceResolvers: Readonly<Record<string, Readonly<Record<string, Resolve>>>> = {
  Query: {
    status: () => ({ ok: true, version: ANY_VALUE, time: ANY_VALUE }),
    viewer: (_source, _args, context) => viewerOf(context),
    user: (_source, _args, context) => viewerOf(context),
    task: (_source, args, context) =>
      viewerOf(context).tasks.find(({ id }) => id === (args as { id: string }).id) ?? null,
    tasks: (_source, args, context) => taskPage(viewerOf(context), args as ListArgs, context as ResolverContext),
    securityLog: (_source, args, context) =>
      eventPage(
        allEvents(context as ResolverContext).filter((event) => isSelected(event, (args as EventArgs).filter ?? {})),
        args as ListArgs,
        context as ResolverContext,
      ),
  },
  User: {
    emailVerified: () => true,
    tasks: (source, args, context) => taskPage(source as DatasetUser, args as ListArgs, context as ResolverContext),
    securityEvents: (source, args, context) =>
      eventPage((source as DatasetUser).events, args as ListArgs, context as ResolverContext),
  },
  Task: { steps: (source) => (source as Task).steps.toSorted((one, other) => one.position - other.position) },
  Step: {
    task: (source, _args, context) => viewerOf(context).tasks.find(({ id }) => id === (source as Step).taskId),
  },
  Mutation: {
    createTask: (_source, args, context) => createTask(viewerOf(context), (args as { input: TaskInput }).input),
    updateTask: (_source, args, context) => {
      const { id, input, expectedVersion } = args as { id: string; input: TaskInput; expectedVersion?: number | null };
      checkChange(input);
      const task = findRow(viewerOf(context).tasks, id);
      if (expectedVersion != null && expectedVersion !== task.version) throw codedError('CONFLICT');
      return changeTask(task, input);
    },
    updateTasks: (_source, args, context) => {
      const { ids, done } = args as { ids: readonly string[]; done: boolean };
      if (ids.length === 0 || ids.length > 100) throw codedError('BAD_USER_INPUT');
      const { tasks } = viewerOf(context);
      return [...new Set(ids)].map((id) => findRow(tasks, id)).map((task) => changeTask(task, { done }));
    },
    deleteTask: (_source, args, context) => {
      const { tasks, deletedTasks } = viewerOf(context);
      const { id } = args as { id: string };
      deletedTasks.push(findRow(tasks, id));
      return removeRow(tasks, id);
    },
    restoreTask: (_source, args, context) => {
      const { tasks, deletedTasks } = viewerOf(context);
      const { id } = args as { id: string };
      const deleted = deletedTasks.find((task) => task.id === id);
      if (deleted === undefined) return findRow(tasks, id);
      removeRow(deletedTasks, id);
      tasks.push(deleted);
      return deleted;
    },
    moveTask: (_source, args, context) => {
      const { id, after } = args as { id: string; after?: string | null };
      const { tasks } = viewerOf(context);
      const task = findRow(tasks, id);
      if (after != null) findRow(tasks, after);
      return after === id
        ? task
        : Object.assign(task, { position: ANY_VALUE, version: ANY_VALUE, updatedAt: ANY_VALUE });
    },
    clearTasks: (_source, args, context) => {
      const { tasks, deletedTasks } = viewerOf(context);
      const { done } = args as { done?: boolean | null };
      const remaining = tasks.filter((task) => done != null && task.done !== done);
      deletedTasks.push(...tasks.filter((task) => !remaining.includes(task)));
      return tasks.splice(0, tasks.length, ...remaining).length - remaining.length;
    },
    addStep: (_source, args, context) => {
      const { taskId, input } = args as { taskId: string; input: { title?: string | null; done?: boolean | null } };
      const { id: userId, tasks } = viewerOf(context);
      if (input.title == null || input.done === null) throw codedError('BAD_USER_INPUT');
      const title = titleOf(input.title);
      const task = findRow(tasks, taskId);
      const step = { userId, taskId, id: ANY_VALUE, title, done: input.done ?? false, position: Infinity };
      task.steps.push(step);
      return { ...step, position: ANY_VALUE };
    },
    updateStep: (_source, args, context) => {
      const { id, input } = args as { id: string; input: { title?: string | null; done?: boolean | null } };
      if (input.title === null || input.done === null) throw codedError('BAD_USER_INPUT');
      const title = input.title === undefined ? {} : { title: titleOf(input.title) };
      return Object.assign(findRow(stepsOf(viewerOf(context)), id), input, title);
    },
    deleteStep: (_source, args, context) => {
      const { id } = args as { id: string };
      const { tasks } = viewerOf(context);
      const parentTask = tasks.find(({ steps }) => steps.some((step) => step.id === id));
      if (parentTask === undefined) throw codedError('NOT_FOUND');
      return removeRow(parentTask.steps, id);
    },
  },
};

function viewerOf(context: unknown): DatasetUser {
  const { viewer } = context as ResolverContext;
  if (viewer === null) throw new Error('The model resolved data for a request without a viewer.');
  return viewer;
}

function codedError(code: string): GraphQLError {
  return new GraphQLError(code, { extensions: { code } });
}

function findRow<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw codedError('NOT_FOUND');
  return row;
}

function removeRow(rows: { readonly id: string }[], id: string): string {
  rows.splice(rows.indexOf(findRow(rows, id)), 1);
  return id;
}

function stepsOf({ tasks }: DatasetUser): readonly Step[] {
  return tasks.flatMap(({ steps }) => steps);
}

/** Whether a text can be stored: well-formed Unicode without NUL, of this many code points. */
function checkText(text: string, minimum: number, maximum: number): string {
  const length = Array.from(text).length;
  if (text.includes('\0') || !text.isWellFormed() || length < minimum || length > maximum)
    throw codedError('BAD_USER_INPUT');
  return text;
}

function titleOf(title: string): string {
  return checkText(title.trim(), 1, 200);
}

function createTask({ id: userId, tasks }: DatasetUser, { title, description, dueAt, priority }: TaskInput): object {
  const task = {
    userId,
    id: ANY_VALUE,
    title: titleOf(title ?? ''),
    description: checkText(description ?? '', 0, 10_000),
    done: false,
    dueAt: dueAt ?? null,
    priority,
    position: ANY_VALUE,
    version: 1,
    createdAt: ANY_VALUE,
    updatedAt: ANY_VALUE,
    completedAt: null,
    steps: [],
  };
  tasks.push(task as unknown as Task);
  return task;
}

function checkChange({ title, description, done, priority }: TaskInput): void {
  if ([title, description, done, priority].includes(null)) throw codedError('BAD_USER_INPUT');
  if (title != null) titleOf(title);
  if (description != null) checkText(description, 0, 10_000);
}

function changeTask(task: Task, input: TaskInput): object {
  if (Object.keys(input).length === 0) return task;
  const completedAt = input.done === undefined ? task.completedAt : input.done ? (task.completedAt ?? ANY_VALUE) : null;
  const title = input.title == null ? {} : { title: input.title.trim() };
  return Object.assign(task, input, title, { version: task.version + 1, updatedAt: ANY_VALUE, completedAt });
}

function taskPage(
  { tasks }: DatasetUser,
  { filter, orderBy, first, after }: ListArgs,
  { cursors }: ResolverContext,
): object {
  const size = pageSize(first, 20);
  const { field, direction } = orderBy ?? { field: 'POSITION', direction: 'ASC' as const };
  const sign = direction === 'ASC' ? 1 : -1;
  const compare = (one: Task, other: Task) =>
    compareByField(field, one, other, sign) || sign * compareText(one.id, other.id);
  const start = after == null ? null : cursors.get(after);
  const isOfThisOrder = start === null || (start?.list === 'tasks' && field === 'POSITION' && direction === 'ASC');
  if (!isOfThisOrder) throw codedError('BAD_USER_INPUT');
  if (filter?.text != null) checkText(filter.text, 0, 200);
  const passing = tasks.filter((task) => passes(task, filter ?? {})).toSorted(compare);
  const following = start ? passing.filter((task) => compare(task, start.row) > 0) : passing;
  return connection(following, size, passing.length, start !== null);
}

function passes(task: Task, { done, text, dueAfter, dueBefore }: NonNullable<ListArgs['filter']>): boolean {
  const searchedText = `${task.title}\n${task.description}`.toLowerCase();
  return (
    (done == null || task.done === done) &&
    (text == null || searchedText.includes(text.toLowerCase())) &&
    (dueAfter == null || (task.dueAt !== null && task.dueAt >= dueAfter)) &&
    (dueBefore == null || (task.dueAt !== null && task.dueAt < dueBefore))
  );
}

const PRIORITIES = ['LOW', 'NORMAL', 'HIGH'];

function compareByField(field: string, one: Task, other: Task, sign: number): number {
  switch (field) {
    case 'POSITION':
      return sign * (one.position - other.position);
    case 'CREATED_AT':
      return sign * (one.createdAt - other.createdAt);
    case 'UPDATED_AT':
      return sign * (one.updatedAt - other.updatedAt);
    case 'PRIORITY':
      return sign * (PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority));
    case 'TITLE':
      return sign * compareText(one.title.toLowerCase(), other.title.toLowerCase());
    case 'DUE_AT':
      return one.dueAt === null || other.dueAt === null
        ? Number(one.dueAt === null) - Number(other.dueAt === null)
        : sign * (one.dueAt - other.dueAt);
    default:
      throw new Error(`The model does not support sorting by ${field}.`);
  }
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function allEvents({ dataset }: ResolverContext): readonly AuthEvent[] {
  return [...Object.values(dataset.users).flatMap(({ events }) => events), ...dataset.ownerlessEvents];
}

/** The arguments of `securityLog` beside those of every list. */
interface EventArgs {
  readonly filter?: {
    readonly userId?: string | null;
    readonly kind?: string | null;
    readonly outcome?: string | null;
  } | null;
}

function isSelected(event: AuthEvent, { userId, kind, outcome }: NonNullable<EventArgs['filter']>): boolean {
  return (
    (userId == null || event.userId === userId) &&
    (kind == null || event.kind === kind) &&
    (outcome == null || event.outcome === outcome)
  );
}

function eventPage(events: readonly AuthEvent[], { first, after }: ListArgs, { cursors }: ResolverContext): object {
  const size = pageSize(first, 50);
  const start = after == null ? null : cursors.get(after);
  if (start !== null && start?.list !== 'events') throw codedError('BAD_USER_INPUT');
  const compare = (one: AuthEvent, other: AuthEvent) =>
    other.createdAt - one.createdAt || compareText(one.id, other.id);
  const newest = events.toSorted(compare);
  const following = start ? newest.filter((event) => compare(event, start.row) > 0) : newest;
  return connection(following, size, ANY_VALUE, start !== null);
}

function pageSize(first: number | null | undefined, defaultSize: number): number {
  const size = first ?? defaultSize;
  if (size < 1 || size > 100) throw codedError('BAD_USER_INPUT');
  return size;
}

function connection(rows: readonly object[], size: number, totalCount: unknown, hasPreviousPage: boolean): object {
  const nodes = rows.slice(0, size);
  const cursor = nodes.length > 0 ? ANY_VALUE : null;
  return {
    nodes,
    edges: nodes.map((node) => ({ node, cursor: ANY_VALUE })),
    pageInfo: { hasNextPage: rows.length > size, hasPreviousPage, startCursor: cursor, endCursor: cursor },
    totalCount,
  };
}
