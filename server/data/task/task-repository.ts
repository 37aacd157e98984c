import { DatabaseError } from 'pg';
import { generateUuidV7, isCanonicalUuid } from '../../uuid.ts';
import type { SelectedFields } from '../query/owned-statements.ts';
import { withCtes } from '../query/select-statement.ts';
import type { RepositoryContext, ViewerSession } from '../query/viewer-session.ts';
import { type SelectedTask, TaskEntity, type TaskRow } from './task-entity.ts';
import { type PageArguments, type PageSelection, type TaskPage, prepareTaskPages } from './task-page-query.ts';
import { prepareTaskPositions } from './task-positions.ts';

/** The input of a new task. */
export type NewTask = Pick<TaskRow, 'title' | 'description' | 'priority'> & { readonly dueAt: Date | null };
/** The properties of a task that an update can change. */
export type TaskChanges = Partial<NewTask & Pick<TaskRow, 'done'>>;

/** The updated task, or the current version if it is not the expected one. */
export type TaskUpdateResult = { readonly task: SelectedTask } | { readonly currentVersion: number };

/** Reads and writes the viewer's tasks. Another user's task is treated as missing, and so is a deleted one, except by `restore`. */
export interface TaskRepository {
  /** Null if the viewer has no such task. */
  byId(id: string, selectedFields: SelectedFields): Promise<SelectedTask | null>;
  /** Reads a page; null if `after` is not a valid cursor of the order. */
  page(page: PageArguments, selection: PageSelection): Promise<TaskPage | null>;
  /** Creates a task at the top of the list; null if the viewer's account has been deleted. */
  create(task: NewTask, selectedFields: SelectedFields): Promise<SelectedTask | null>;
  /**
   * Changes a task; null if the viewer has no such task.
   * @param expectedVersion changes the task only if this is its version; null for any version
   */
  update(
    id: string,
    changes: TaskChanges,
    expectedVersion: number | null,
    selectedFields: SelectedFields,
  ): Promise<TaskUpdateResult | null>;
  /** Marks tasks as done or open; null, with some of them changed, if one of them is not the viewer's. In the order of `ids`. */
  updateMany(ids: readonly string[], done: boolean, selectedFields: SelectedFields): Promise<SelectedTask[] | null>;
  /** Moves a task directly after the task `after`, or to the top. Null if the viewer does not own both tasks. */
  move(id: string, after: string | null, selectedFields: SelectedFields): Promise<SelectedTask | null>;
  /** Deletes a task; resolves to whether the viewer had it. */
  delete(id: string): Promise<boolean>;
  /** Restores a deleted task as it was; returns a task that is not deleted unchanged, and null if the viewer has neither. */
  restore(id: string, selectedFields: SelectedFields): Promise<SelectedTask | null>;
  /** Deletes the tasks that are done (true), not done (false) or all (null); resolves to their number. */
  clear(done: boolean | null): Promise<number>;
}

const FOREIGN_KEY_VIOLATION = '23503';
const UPDATABLE_COLUMNS = ['title', 'description', 'done', 'dueAt', 'priority'] as const;
type UpdatableColumn = (typeof UPDATABLE_COLUMNS)[number];
const VERSION_BUMP = { version: '"version" + 1', updatedAt: 'now()' } as const;
const COMPLETED_AT = 'CASE WHEN :done THEN coalesce("completed_at", now()) END';

/** Prepares the statements on tasks; returns a function that binds them to an operation. */
export function prepareTaskRepository(context: RepositoryContext): (session: ViewerSession) => TaskRepository {
  const { ownedStatements, statementCache } = context;
  const tasks = ownedStatements(TaskEntity);
  const pages = prepareTaskPages(context);
  const positions = prepareTaskPositions(context);

  const selectById = (columns: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.byId', columns.join(), ['viewer', 'id'], () =>
      tasks.select({ columns, where: ['"id" = :id'] }),
    );
  const selectByIds = (columns: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.byIds', columns.join(), ['viewer', 'ids'], () =>
      tasks.select({ columns, where: ['"id" = ANY(:ids)'] }),
    );

  const insert = (returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate(
      'task.create',
      returning.join(),
      ['viewer', 'id', 'title', 'description', 'dueAt', 'priority'],
      () => {
        // At the top: the time alone would put it below tasks that were moved to the top within the last second.
        const top = tasks.select({ extra: { top: 'min("position") - 1' } });
        const values = {
          id: ':id',
          title: ':title',
          description: ':description',
          dueAt: ':dueAt',
          priority: ':priority',
        };
        const position = `least(- extract(epoch FROM clock_timestamp()), (${top}))`;
        return tasks.insert({ values: { ...values, position }, returning });
      },
    );

  const changesOf = (fields: readonly UpdatableColumn[]) => ({
    ...Object.fromEntries(fields.map((field) => [field, `:${field}`])),
    ...(fields.includes('done') && { completedAt: COMPLETED_AT }),
    ...VERSION_BUMP,
  });

  const update = (fields: readonly UpdatableColumn[], returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.update', `${fields.join()} ${returning.join()}`, ['viewer', 'id', ...fields], () =>
      tasks.update({ set: changesOf(fields), where: ['"id" = :id'], returning }),
    );

  /** Locks the row, compares its version and updates it in one statement, which is the same for every outcome. */
  const updateVersion = (fields: readonly UpdatableColumn[], returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate(
      'task.updateVersion',
      `${fields.join()} ${returning.join()}`,
      ['viewer', 'id', 'expected', ...fields],
      () => {
        const isExpected = '"version" = cast(:expected AS integer)';
        const extra = { currentVersion: '"version"', isExpected };
        const target = tasks.select({ extra, where: ['"id" = :id'], lock: true });
        const where = ['"id" = :id', 'SELECT "isExpected" FROM "target"'];
        return withCtes(
          { target, changed: tasks.update({ set: changesOf(fields), where, returning }) },
          'SELECT "target"."currentVersion", "changed".* FROM "target" LEFT JOIN "changed" ON true',
        );
      },
    );

  const updatePosition = (returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.move', returning.join(), ['viewer', 'id', 'position'], () =>
      tasks.update({ set: { position: ':position', ...VERSION_BUMP }, where: ['"id" = :id'], returning }),
    );

  /** Locks the rows in the order of their ids: concurrent calls with common tasks wait, and cannot deadlock. */
  const updateMany = (returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.updateMany', returning.join(), ['viewer', 'ids', 'done'], () => {
      const orderBy = [{ by: '"id"', direction: 'ASC' }] as const;
      const target = tasks.select({ extra: { targetId: '"id"' }, where: ['"id" = ANY(:ids)'], orderBy, lock: true });
      const set = { done: ':done', completedAt: COMPLETED_AT, ...VERSION_BUMP };
      const changed = tasks.update({ set, fromCte: 'target', where: ['"id" = "targetId"'], returning });
      return withCtes({ target, changed }, 'SELECT * FROM "changed"');
    });

  // A deleted task keeps its version, its position and its steps: `restore` has nothing to rebuild.
  const remove = statementCache.getOrCreate('task.delete', '', ['viewer', 'id'], () =>
    tasks.update({ set: { deletedAt: 'now()' }, where: ['"id" = :id'], returning: ['id'] }),
  );
  const restore = (returning: readonly (keyof TaskRow)[]) =>
    statementCache.getOrCreate('task.restore', returning.join(), ['viewer', 'id'], () =>
      ownedStatements(TaskEntity, 'all').update({ set: { deletedAt: 'NULL' }, where: ['"id" = :id'], returning }),
    );
  const clear = statementCache.getOrCreate('task.clear', '', ['viewer', 'done'], () =>
    withCtes(
      {
        deleted: tasks.update({
          set: { deletedAt: 'now()' },
          where: ['coalesce("done" = :done, true)'],
          returning: ['id'],
        }),
      },
      'SELECT cast(count(*) AS integer) AS "count" FROM "deleted"',
    ),
  );

  return (session) => {
    const { batchLoader, query } = session;

    const byId = async (id: string, selectedFields: SelectedFields): Promise<SelectedTask | null> => {
      if (!isCanonicalUuid(id)) return null;
      return batchLoader.load('task.byId', { id, selectedFields }, async (items) => {
        const columns = tasks.columns(new Set(items.flatMap((each) => [...each.selectedFields])));
        const ids = [...new Set(items.map((each) => each.id))];
        const taskRows = await (ids.length === 1
          ? query<SelectedTask>(selectById(columns), { id: ids[0] })
          : query<SelectedTask>(selectByIds(columns), { ids }));
        const rowsById = new Map(taskRows.map((row) => [row.id, row]));
        return items.map((each) => rowsById.get(each.id) ?? null);
      });
    };

    return {
      byId,
      page: (page, selection) => pages.load(session, page, selection),

      async create(task, selectedFields) {
        // The account may have been deleted since the token was verified; only the foreign key detects that.
        const [row] = await query<SelectedTask>(insert(tasks.columns(selectedFields)), {
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
        const columns = tasks.columns(selectedFields);
        if (expectedVersion === null) {
          const [task] = await query<SelectedTask>(update(fields, columns), { id, ...changes });
          return task === undefined ? null : { task };
        }
        const values = { id, expected: expectedVersion, ...changes };
        const [row] = await query<SelectedTask & { id: string | null; currentVersion: number }>(
          updateVersion(fields, columns),
          values,
        );
        if (row === undefined) return null;
        const { currentVersion, ...task } = row;
        return task.id === null ? { currentVersion } : { task };
      },

      async updateMany(ids, done, selectedFields) {
        if (!ids.every(isCanonicalUuid)) return null;
        const rows = await query<SelectedTask>(updateMany(tasks.columns(selectedFields)), { ids, done });
        const rowsById = new Map(rows.map((row) => [row.id, row]));
        const updated = ids.flatMap((id) => rowsById.get(id) ?? []);
        return updated.length === ids.length ? updated : null;
      },

      async move(id, after, selectedFields) {
        if (!isCanonicalUuid(id) || (after !== null && !isCanonicalUuid(after))) return null;
        if (after === id) return byId(id, selectedFields);
        const position = await positions.find(session, id, after);
        if (position === null) return null;
        const [row] = await query<SelectedTask>(updatePosition(tasks.columns(selectedFields)), { id, position });
        return row ?? null;
      },

      async delete(id) {
        return isCanonicalUuid(id) && (await query(remove, { id })).length === 1;
      },

      async restore(id, selectedFields) {
        if (!isCanonicalUuid(id)) return null;
        const [row] = await query<SelectedTask>(restore(tasks.columns(selectedFields)), { id });
        return row ?? null;
      },

      async clear(done) {
        const [row] = await query<{ readonly count: number }>(clear, { done });
        return row?.count ?? 0;
      },
    };
  };
}
