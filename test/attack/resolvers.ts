import { GraphQLError } from 'graphql';
import type { AuthEvent, Person, Step, Task, World } from './world.ts';

/** Stands for a value that the server makes: any but null will do. */
export const ANY = '\u0000any';

/** What the cursors that were collected beforehand stand for: the row whose place they name. */
export type Cursors = ReadonlyMap<string, Place>;
export type Place =
  | { readonly list: 'tasks'; readonly row: Task }
  | { readonly list: 'events'; readonly row: AuthEvent };

interface Scene {
  readonly world: World;
  readonly viewer: Person | null;
  readonly cursors: Cursors;
}
type Resolve = (source: unknown, args: unknown, scene: unknown) => unknown;

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

/** The contract in memory: what each field answers, for one viewer and their own rows. */
export const resolvers: Readonly<Record<string, Readonly<Record<string, Resolve>>>> = {
  Query: {
    status: () => ({ ok: true, version: ANY, time: ANY }),
    viewer: (_source, _args, scene) => viewerOf(scene),
    user: (_source, _args, scene) => viewerOf(scene),
    task: (_source, args, scene) => viewerOf(scene).tasks.find(({ id }) => id === (args as { id: string }).id) ?? null,
    tasks: (_source, args, scene) => taskPage(viewerOf(scene), args as ListArgs, scene as Scene),
    securityLog: (_source, args, scene) =>
      eventPage(everybodysEvents(scene as Scene), args as ListArgs, scene as Scene),
  },
  User: {
    emailVerified: () => true,
    tasks: (source, args, scene) => taskPage(source as Person, args as ListArgs, scene as Scene),
    securityEvents: (source, args, scene) => eventPage((source as Person).events, args as ListArgs, scene as Scene),
  },
  Task: { steps: (source) => (source as Task).steps.toSorted((one, other) => one.position - other.position) },
  Step: {
    task: (source, _args, scene) => viewerOf(scene).tasks.find(({ id }) => id === (source as Step).taskId),
  },
  Mutation: {
    createTask: (_source, args, scene) => createTask(viewerOf(scene), (args as { input: TaskInput }).input),
    updateTask: (_source, args, scene) => {
      const { id, input, expectedVersion } = args as { id: string; input: TaskInput; expectedVersion?: number | null };
      checkChange(input);
      const task = found(viewerOf(scene).tasks, id);
      if (expectedVersion != null && expectedVersion !== task.version) throw failure('CONFLICT');
      return changeTask(task, input);
    },
    deleteTask: (_source, args, scene) => removed(viewerOf(scene).tasks, (args as { id: string }).id),
    moveTask: (_source, args, scene) => {
      const { id, after } = args as { id: string; after?: string | null };
      const { tasks } = viewerOf(scene);
      const task = found(tasks, id);
      if (after != null) found(tasks, after);
      return after === id ? task : Object.assign(task, { position: ANY, version: ANY, updatedAt: ANY });
    },
    clearTasks: (_source, args, scene) => {
      const { tasks } = viewerOf(scene);
      const { done } = args as { done?: boolean | null };
      const kept = tasks.filter((task) => done != null && task.done !== done);
      return tasks.splice(0, tasks.length, ...kept).length - kept.length;
    },
    addStep: (_source, args, scene) => {
      const { taskId, input } = args as { taskId: string; input: { title?: string | null; done?: boolean | null } };
      const { id: userId, tasks } = viewerOf(scene);
      if (input.title == null || input.done === null) throw failure('BAD_USER_INPUT');
      const title = titleOf(input.title);
      const task = found(tasks, taskId);
      const step = { userId, taskId, id: ANY, title, done: input.done ?? false, position: Infinity };
      task.steps.push(step);
      return { ...step, position: ANY };
    },
    updateStep: (_source, args, scene) => {
      const { id, input } = args as { id: string; input: { title?: string | null; done?: boolean | null } };
      if (input.title === null || input.done === null) throw failure('BAD_USER_INPUT');
      const title = input.title === undefined ? {} : { title: titleOf(input.title) };
      return Object.assign(found(stepsOf(viewerOf(scene)), id), input, title);
    },
    deleteStep: (_source, args, scene) => {
      const { id } = args as { id: string };
      const { tasks } = viewerOf(scene);
      const home = tasks.find(({ steps }) => steps.some((step) => step.id === id));
      if (home === undefined) throw failure('NOT_FOUND');
      return removed(home.steps, id);
    },
  },
};

function viewerOf(scene: unknown): Person {
  const { viewer } = scene as Scene;
  if (viewer === null) throw new Error('The model let a request without a viewer reach data.');
  return viewer;
}

function failure(code: string): GraphQLError {
  return new GraphQLError(code, { extensions: { code } });
}

function found<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw failure('NOT_FOUND');
  return row;
}

function removed(rows: { readonly id: string }[], id: string): string {
  rows.splice(rows.indexOf(found(rows, id)), 1);
  return id;
}

function stepsOf({ tasks }: Person): readonly Step[] {
  return tasks.flatMap(({ steps }) => steps);
}

/** A text that can be kept: characters of Unicode without NUL, of so many code points. */
function checked(text: string, least: number, most: number): string {
  const length = Array.from(text).length;
  if (text.includes('\0') || !text.isWellFormed() || length < least || length > most) throw failure('BAD_USER_INPUT');
  return text;
}

function titleOf(title: string): string {
  return checked(title.trim(), 1, 200);
}

function createTask({ id: userId, tasks }: Person, { title, description, dueAt, priority }: TaskInput): object {
  const task = {
    userId,
    id: ANY,
    title: titleOf(title ?? ''),
    description: checked(description ?? '', 0, 10_000),
    done: false,
    dueAt: dueAt ?? null,
    priority,
    position: ANY,
    version: 1,
    createdAt: ANY,
    updatedAt: ANY,
    completedAt: null,
    steps: [],
  };
  tasks.push(task as unknown as Task);
  return task;
}

function checkChange({ title, description, done, priority }: TaskInput): void {
  if ([title, description, done, priority].includes(null)) throw failure('BAD_USER_INPUT');
  if (title != null) titleOf(title);
  if (description != null) checked(description, 0, 10_000);
}

function changeTask(task: Task, input: TaskInput): object {
  if (Object.keys(input).length === 0) return task;
  const completedAt = input.done === undefined ? task.completedAt : input.done ? (task.completedAt ?? ANY) : null;
  const title = input.title == null ? {} : { title: input.title.trim() };
  return Object.assign(task, input, title, { version: task.version + 1, updatedAt: ANY, completedAt });
}

function taskPage({ tasks }: Person, { filter, orderBy, first, after }: ListArgs, { cursors }: Scene): object {
  const size = sizeOf(first, 20);
  const { field, direction } = orderBy ?? { field: 'POSITION', direction: 'ASC' as const };
  const sign = direction === 'ASC' ? 1 : -1;
  const compare = (one: Task, other: Task) => byField(field, one, other, sign) || sign * byText(one.id, other.id);
  const place = after == null ? null : cursors.get(after);
  const isOfThisOrder = place === null || (place?.list === 'tasks' && field === 'POSITION' && direction === 'ASC');
  if (!isOfThisOrder) throw failure('BAD_USER_INPUT');
  if (filter?.text != null) checked(filter.text, 0, 200);
  const passing = tasks.filter((task) => passes(task, filter ?? {})).toSorted(compare);
  const following = place ? passing.filter((task) => compare(task, place.row) > 0) : passing;
  return connection(following, size, passing.length, place !== null);
}

function passes(task: Task, { done, text, dueAfter, dueBefore }: NonNullable<ListArgs['filter']>): boolean {
  const words = `${task.title}\n${task.description}`.toLowerCase();
  return (
    (done == null || task.done === done) &&
    (text == null || words.includes(text.toLowerCase())) &&
    (dueAfter == null || (task.dueAt !== null && task.dueAt >= dueAfter)) &&
    (dueBefore == null || (task.dueAt !== null && task.dueAt < dueBefore))
  );
}

const PRIORITIES = ['LOW', 'NORMAL', 'HIGH'];

function byField(field: string, one: Task, other: Task, sign: number): number {
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
      return sign * byText(one.title.toLowerCase(), other.title.toLowerCase());
    case 'DUE_AT':
      return one.dueAt === null || other.dueAt === null
        ? Number(one.dueAt === null) - Number(other.dueAt === null)
        : sign * (one.dueAt - other.dueAt);
    default:
      throw new Error(`The model knows no order by ${field}.`);
  }
}

function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function everybodysEvents({ world }: Scene): readonly AuthEvent[] {
  return [...Object.values(world.people).flatMap(({ events }) => events), ...world.nobodysEvents];
}

function eventPage(events: readonly AuthEvent[], { first, after }: ListArgs, { cursors }: Scene): object {
  const size = sizeOf(first, 50);
  const place = after == null ? null : cursors.get(after);
  if (place !== null && place?.list !== 'events') throw failure('BAD_USER_INPUT');
  const compare = (one: AuthEvent, other: AuthEvent) => other.createdAt - one.createdAt || byText(one.id, other.id);
  const newest = events.toSorted(compare);
  const following = place ? newest.filter((event) => compare(event, place.row) > 0) : newest;
  return connection(following, size, ANY, place !== null);
}

function sizeOf(first: number | null | undefined, usual: number): number {
  const size = first ?? usual;
  if (size < 1 || size > 100) throw failure('BAD_USER_INPUT');
  return size;
}

function connection(rows: readonly object[], size: number, totalCount: unknown, hasPreviousPage: boolean): object {
  const nodes = rows.slice(0, size);
  const cursor = nodes.length > 0 ? ANY : null;
  return {
    nodes,
    edges: nodes.map((node) => ({ node, cursor: ANY })),
    pageInfo: { hasNextPage: rows.length > size, hasPreviousPage, startCursor: cursor, endCursor: cursor },
    totalCount,
  };
}
