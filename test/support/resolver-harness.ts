import { resolveSchemaCoordinate } from 'graphql';
import { vi } from 'vitest';
import type { Context } from '../../server/context.ts';
import type { OwnedData } from '../../server/data/owned-data.ts';
import { parseTimestamp } from '../../server/data/pg/timestamp.ts';
import type { StepRow } from '../../server/data/step/step-entity.ts';
import type { TaskRow } from '../../server/data/task/task-entity.ts';
import type { TaskPage } from '../../server/data/task/task-page-query.ts';
import { executableSchema } from '../../server/executable-schema.ts';

const EPOCH = parseTimestamp('1970-01-01 00:00:00+00');

/** A row of the task table. */
export const TASK_ROW: TaskRow = {
  userId: 'me',
  id: 'a',
  title: 't',
  description: '',
  done: false,
  dueAt: null,
  priority: 'NORMAL',
  position: 0,
  version: 1,
  createdAt: EPOCH,
  updatedAt: EPOCH,
  completedAt: null,
  deletedAt: null,
};
const STEP_ROW: StepRow = { userId: 'me', id: 's', taskId: 'a', title: 's', done: false, position: 1 };

/** A page without tasks. */
export const EMPTY_PAGE: TaskPage = {
  nodes: [],
  totalCount: 0,
  hasNextPage: false,
  hasPreviousPage: false,
  cursorOf: ({ id }) => `cursor of ${id}`,
};

/** Returns a stub of the data layer: each method is a mock with a default result, or with the one passed. */
export function stubData(responses: Partial<OwnedData['tasks']> = {}, stepResponses: Partial<OwnedData['steps']> = {}) {
  const tasks = {
    byId: vi.fn(async () => null),
    page: vi.fn(async () => EMPTY_PAGE),
    create: vi.fn(async () => TASK_ROW),
    update: vi.fn(async () => ({ task: TASK_ROW })),
    updateMany: vi.fn(async () => [TASK_ROW]),
    move: vi.fn(async () => TASK_ROW),
    delete: vi.fn(async () => true),
    restore: vi.fn(async () => TASK_ROW),
    clear: vi.fn(async () => 3),
    ...responses,
  };
  const noEvents = { nodes: [], hasNextPage: false, hasPreviousPage: false, cursorOf: () => 'cursor' };
  const authEvents = { page: vi.fn(async () => noEvents) };
  const steps = {
    ofTask: vi.fn(async () => []),
    add: vi.fn(async () => STEP_ROW),
    update: vi.fn(async () => STEP_ROW),
    delete: vi.fn(async () => true),
    ...stepResponses,
  };
  return { tasks, steps, users: { own: vi.fn(async () => null) }, authEvents, crossOwner: vi.fn(() => authEvents) };
}

const schema = executableSchema();
/** A field without sub-selections. */
const RESOLVE_INFO = { fieldNodes: [], fragments: {}, variableValues: {} };

/** The selected fields of a field without sub-selections. */
export const NO_FIELDS = new Set();

/** Calls the resolver of a field, for example `Mutation.createTask`, and returns its result. */
export async function callResolver(
  coordinate: string,
  args: Record<string, unknown>,
  data: OwnedData,
  source: unknown = {},
) {
  const element = resolveSchemaCoordinate(schema, coordinate);
  if (element?.kind !== 'Field') throw new Error(`There is no field ${coordinate}.`);
  const run = element.field.resolve as ((...all: unknown[]) => unknown) | undefined;
  const context: Context = { viewer: null, requestId: 'r', data };
  return run?.(source, args, context, RESOLVE_INFO);
}
