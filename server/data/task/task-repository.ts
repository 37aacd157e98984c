import { DatabaseError } from 'pg';
import { isCanonicalUuid, generateUuidV7 } from '../../uuid.ts';
import type { SelectedFields } from '../query/owned-statements.ts';
import type { ViewerSession } from '../query/viewer-session.ts';
import { withCtes } from '../query/select-statement.ts';
import type { RepositoryContext } from '../query/repository-context.ts';
import { type SelectedTask, TaskEntity, type TaskRow } from './task-entity.ts';
import { type PageArguments, type PageSelection, type TaskPage, prepareTaskPages } from './task-page-query.ts';
import { prepareTaskPositions } from './task-positions.ts';

/** What a new task may be given. */
export type NewTask = Pick<TaskRow, 'title' | 'description' | 'dueAt' | 'priority'>;
/** What can be changed about a task. */
export type TaskChanges = Partial<Pick<TaskRow, 'title' | 'description' | 'done' | 'dueAt' | 'priority'>>;

/** What became of a change: the task as it is now, or the version that stood in the way. */
export type TaskUpdateResult = { readonly task: SelectedTask } | { readonly currentVersion: number };

/** The viewer's tasks. A task of somebody else's is absent here. `asked` are the fields to answer with. */
export interface TaskRepository {
  byId(id: string, selectedFields: SelectedFields): Promise<SelectedTask | null>;
  /** Null when `after` is no cursor of the order. */
  page(page: PageArguments, selectedFields: PageSelection): Promise<TaskPage | null>;
  /** Null when the viewer's account is gone. */
  create(task: NewTask, selectedFields: SelectedFields): Promise<SelectedTask | null>;
  /** Null when the viewer has no such task. @param expectedVersion the only version that may be changed; null for any */
  update(
    id: string,
    changes: TaskChanges,
    expectedVersion: number | null,
    selectedFields: SelectedFields,
  ): Promise<TaskUpdateResult | null>;
  /** To right behind `after`, or to the top. Null when the viewer has no such task, or has not `after`. */
  move(id: string, after: string | null, selectedFields: SelectedFields): Promise<SelectedTask | null>;
  /** Whether there was such a task. */
  delete(id: string): Promise<boolean>;
  /** Deletes those that are done, those that are not, or all (null), and answers with how many there were. */
  clear(done: boolean | null): Promise<number>;
}

const FOREIGN_KEY_VIOLATION = '23503';
const UPDATABLE_COLUMNS = ['title', 'description', 'done', 'dueAt', 'priority'] as const;
const VERSION_BUMP = { version: '"version" + 1', updatedAt: 'now()' } as const;

/** Prepares the statements on tasks; what it returns binds them to an operation. */
export function prepareTaskRepository(tables: RepositoryContext): (viewerSession: ViewerSession) => TaskRepository {
  const { ownedStatements, statementCache } = tables;
  const own = ownedStatements(TaskEntity);
  const pages = prepareTaskPages(tables);
  const positions = prepareTaskPositions(tables);

  const byOneId = (columns: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.byId', columns.join(), ['viewer', 'id'], () =>
      own.select({ columns, where: ['"id" = :id'] }),
    );
  const byIds = (columns: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.byIds', columns.join(), ['viewer', 'ids'], () =>
      own.select({ columns, where: ['"id" = ANY(:ids)'] }),
    );

  const insert = (returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate(
      'task.create',
      returning.join(),
      ['viewer', 'id', 'title', 'description', 'dueAt', 'priority'],
      () => {
        // Newer than every other, and above those that were moved to the top within the last second too.
        const top = own.select({ extra: { top: 'min("position") - 1' } });
        const values = {
          id: ':id',
          title: ':title',
          description: ':description',
          dueAt: ':dueAt',
          priority: ':priority',
        };
        const position = `least(- extract(epoch FROM clock_timestamp()), (${top}))`;
        return own.insert({ values: { ...values, position }, returning });
      },
    );

  /** The version is looked at while the row is held, in the statement that changes it: one for every answer. */
  const update = (fields: readonly (typeof UPDATABLE_COLUMNS)[number][], returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate(
      'task.update',
      `${fields.join()} ${returning.join()}`,
      ['viewer', 'id', 'expected', ...fields],
      () => {
        const set = {
          ...Object.fromEntries(fields.map((field) => [field, `:${field}`])),
          ...(fields.includes('done') && { completedAt: 'CASE WHEN :done THEN coalesce("completed_at", now()) END' }),
          ...VERSION_BUMP,
        };
        const isExpected = 'coalesce("version" = cast(:expected AS integer), true)';
        const extra = { currentVersion: '"version"', isExpected };
        const target = own.select({ extra, where: ['"id" = :id'], lock: true });
        const where = ['"id" = :id', 'SELECT "isExpected" FROM "target"'];
        return withCtes(
          { target, changed: own.update({ set, where, returning }) },
          'SELECT "target"."currentVersion", "changed".* FROM "target" LEFT JOIN "changed" ON true',
        );
      },
    );

  const updatePosition = (returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.move', returning.join(), ['viewer', 'id', 'position'], () =>
      own.update({ set: { position: ':position', ...VERSION_BUMP }, where: ['"id" = :id'], returning }),
    );

  const remove = statementCache.getOrCreate('task.delete', '', ['viewer', 'id'], () =>
    own.remove({ where: ['"id" = :id'], returning: ['id'] }),
  );
  const clear = statementCache.getOrCreate('task.clear', '', ['viewer', 'done'], () =>
    withCtes(
      { gone: own.remove({ where: ['coalesce("done" = :done, true)'], returning: ['id'] }) },
      'SELECT cast(count(*) AS integer) AS "count" FROM "gone"',
    ),
  );

  return (viewerSession) => {
    const { batchLoader, query } = viewerSession;

    const byId = async (id: string, selectedFields: SelectedFields): Promise<SelectedTask | null> => {
      if (!isCanonicalUuid(id)) return null;
      return batchLoader.load('task.byId', { id, selectedFields }, async (items) => {
        const columns = own.columns(new Set(items.flatMap((each) => [...each.selectedFields])));
        const ids = [...new Set(items.map((each) => each.id))];
        const taskRows = await (ids.length === 1
          ? query<SelectedTask>(byOneId(columns), { id: ids[0] })
          : query<SelectedTask>(byIds(columns), { ids }));
        const rowsById = new Map(taskRows.map((row) => [row.id, row]));
        return items.map((each) => rowsById.get(each.id) ?? null);
      });
    };

    return {
      byId,
      page: pages(viewerSession),

      async create(task, selectedFields) {
        // Only the foreign key knows that the account has gone a moment ago; the transaction ends with this.
        const [row] = await query<SelectedTask>(insert(own.columns(selectedFields)), {
          id: generateUuidV7(),
          ...task,
        }).catch((error: unknown) => {
          if (error instanceof DatabaseError && error.code === FOREIGN_KEY_VIOLATION) return [];
          throw error;
        });
        return row ?? null;
      },

      async update(id, changes, expectedVersion, selectedFields) {
        if (!isCanonicalUuid(id)) return null;
        const fields = UPDATABLE_COLUMNS.filter((field) => changes[field] !== undefined);
        if (fields.length === 0) {
          const task = await byId(id, new Set([...selectedFields, 'version']));
          if (task?.version === undefined) return null;
          const isExpected = expectedVersion === null || task.version === expectedVersion;
          return isExpected ? { task } : { currentVersion: task.version };
        }
        const values = { id, expected: expectedVersion, ...changes };
        const [row] = await query<SelectedTask & { id: string | null; currentVersion: number }>(
          update(fields, own.columns(selectedFields)),
          values,
        );
        if (row === undefined) return null;
        const { currentVersion, ...task } = row;
        return task.id === null ? { currentVersion } : { task };
      },

      async move(id, after, selectedFields) {
        if (!isCanonicalUuid(id) || (after !== null && !isCanonicalUuid(after))) return null;
        if (after === id) return byId(id, selectedFields);
        const position = await positions.find(viewerSession, id, after);
        if (position === null) return null;
        const [row] = await query<SelectedTask>(updatePosition(own.columns(selectedFields)), { id, position });
        return row ?? null;
      },

      async delete(id) {
        return isCanonicalUuid(id) && (await query(remove, { id })).length === 1;
      },

      async clear(done) {
        const [row] = await query<{ readonly count: number }>(clear, { done });
        return row?.count ?? 0;
      },
    };
  };
}
