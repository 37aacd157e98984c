import { DatabaseError } from 'pg';
import { isIdentifier, newIdentifier } from './identifier.ts';
import type { Asked } from './owned.ts';
import type { Reach } from './reach.ts';
import { together } from './select.ts';
import type { Tables } from './tables.ts';
import { type FoundTask, TaskEntity, type TaskRow } from './task.ts';
import { type PageArguments, type PageAsked, type TaskPage, taskPages } from './task-pages.ts';
import { taskPositions } from './task-positions.ts';

/** What a new task may be given. */
export type NewTask = Pick<TaskRow, 'title' | 'description' | 'dueAt' | 'priority'>;
/** What can be changed about a task. */
export type TaskChanges = Partial<Pick<TaskRow, 'title' | 'description' | 'done' | 'dueAt' | 'priority'>>;

/** What became of a change: the task as it is now, or the version that stood in the way. */
export type Updated = { readonly task: FoundTask } | { readonly currentVersion: number };

/** The viewer's tasks. A task of somebody else's is absent here. `asked` are the fields to answer with. */
export interface Tasks {
  byId(id: string, asked: Asked): Promise<FoundTask | null>;
  /** Null when `after` is no cursor of the order. */
  page(page: PageArguments, asked: PageAsked): Promise<TaskPage | null>;
  /** Null when the viewer's account is gone. */
  create(task: NewTask, asked: Asked): Promise<FoundTask | null>;
  /** Null when the viewer has no such task. @param expectedVersion the only version that may be changed; null for any */
  update(id: string, changes: TaskChanges, expectedVersion: number | null, asked: Asked): Promise<Updated | null>;
  /** To right behind `after`, or to the top. Null when the viewer has no such task, or has not `after`. */
  move(id: string, after: string | null, asked: Asked): Promise<FoundTask | null>;
  /** Whether there was such a task. */
  delete(id: string): Promise<boolean>;
  /** Deletes those that are done, those that are not, or all (null), and answers with how many there were. */
  clear(done: boolean | null): Promise<number>;
}

const FOREIGN_KEY_VIOLATION = '23503';
const SETTABLE = ['title', 'description', 'done', 'dueAt', 'priority'] as const;
const CHANGED = { version: '"version" + 1', updatedAt: 'now()' } as const;

/** Prepares the statements on tasks; what it returns binds them to an operation. */
export function tasks(tables: Tables): (reach: Reach) => Tasks {
  const { owned, shapes } = tables;
  const own = owned(TaskEntity);
  const pages = taskPages(tables);
  const positions = taskPositions(tables);

  const byOneId = (columns: readonly (keyof TaskRow)[]) =>
    shapes.of('task.byId', columns.join(), ['viewer', 'id'], () => own.select({ columns, where: ['"id" = :id'] }));
  const byIds = (columns: readonly (keyof TaskRow)[]) =>
    shapes.of('task.byIds', columns.join(), ['viewer', 'ids'], () =>
      own.select({ columns, where: ['"id" = ANY(:ids)'] }),
    );

  const insert = (returning: readonly (keyof TaskRow)[]) =>
    shapes.of('task.create', returning.join(), ['viewer', 'id', 'title', 'description', 'dueAt', 'priority'], () => {
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
    });

  /** The version is looked at while the row is held, in the statement that changes it: one for every answer. */
  const update = (fields: readonly (typeof SETTABLE)[number][], returning: readonly (keyof TaskRow)[]) =>
    shapes.of('task.update', `${fields.join()} ${returning.join()}`, ['viewer', 'id', 'expected', ...fields], () => {
      const set = {
        ...Object.fromEntries(fields.map((field) => [field, `:${field}`])),
        ...(fields.includes('done') && { completedAt: 'CASE WHEN :done THEN coalesce("completed_at", now()) END' }),
        ...CHANGED,
      };
      const isExpected = 'coalesce("version" = cast(:expected AS integer), true)';
      const extra = { currentVersion: '"version"', isExpected };
      const target = own.select({ extra, where: ['"id" = :id'], lock: true });
      const where = ['"id" = :id', 'SELECT "isExpected" FROM "target"'];
      return together(
        { target, changed: own.update({ set, where, returning }) },
        'SELECT "target"."currentVersion", "changed".* FROM "target" LEFT JOIN "changed" ON true',
      );
    });

  const place = (returning: readonly (keyof TaskRow)[]) =>
    shapes.of('task.move', returning.join(), ['viewer', 'id', 'position'], () =>
      own.update({ set: { position: ':position', ...CHANGED }, where: ['"id" = :id'], returning }),
    );

  const remove = shapes.of('task.delete', '', ['viewer', 'id'], () =>
    own.remove({ where: ['"id" = :id'], returning: ['id'] }),
  );
  const clear = shapes.of('task.clear', '', ['viewer', 'done'], () =>
    together(
      { gone: own.remove({ where: ['coalesce("done" = :done, true)'], returning: ['id'] }) },
      'SELECT cast(count(*) AS integer) AS "count" FROM "gone"',
    ),
  );

  return (reach) => {
    const { batches, rows } = reach;

    const byId = async (id: string, asked: Asked): Promise<FoundTask | null> => {
      if (!isIdentifier(id)) return null;
      return batches.load('task.byId', { id, asked }, async (asks) => {
        const columns = own.columns(new Set(asks.flatMap((each) => [...each.asked])));
        const ids = [...new Set(asks.map((each) => each.id))];
        const found = await (ids.length === 1
          ? rows<FoundTask>(byOneId(columns), { id: ids[0] })
          : rows<FoundTask>(byIds(columns), { ids }));
        const byTheirId = new Map(found.map((row) => [row.id, row]));
        return asks.map((each) => byTheirId.get(each.id) ?? null);
      });
    };

    return {
      byId,
      page: pages(reach),

      async create(task, asked) {
        // Only the foreign key knows that the account has gone a moment ago; the transaction ends with this.
        const [row] = await rows<FoundTask>(insert(own.columns(asked)), { id: newIdentifier(), ...task }).catch(
          (error: unknown) => {
            if (error instanceof DatabaseError && error.code === FOREIGN_KEY_VIOLATION) return [];
            throw error;
          },
        );
        return row ?? null;
      },

      async update(id, changes, expectedVersion, asked) {
        if (!isIdentifier(id)) return null;
        const fields = SETTABLE.filter((field) => changes[field] !== undefined);
        if (fields.length === 0) {
          const task = await byId(id, new Set([...asked, 'version']));
          if (task?.version === undefined) return null;
          const isExpected = expectedVersion === null || task.version === expectedVersion;
          return isExpected ? { task } : { currentVersion: task.version };
        }
        const values = { id, expected: expectedVersion, ...changes };
        const [row] = await rows<FoundTask & { id: string | null; currentVersion: number }>(
          update(fields, own.columns(asked)),
          values,
        );
        if (row === undefined) return null;
        const { currentVersion, ...task } = row;
        return task.id === null ? { currentVersion } : { task };
      },

      async move(id, after, asked) {
        if (!isIdentifier(id) || (after !== null && !isIdentifier(after))) return null;
        if (after === id) return byId(id, asked);
        const position = await positions.find(reach, id, after);
        if (position === null) return null;
        const [row] = await rows<FoundTask>(place(own.columns(asked)), { id, position });
        return row ?? null;
      },

      async delete(id) {
        return isIdentifier(id) && (await rows(remove, { id })).length === 1;
      },

      async clear(done) {
        const [row] = await rows<{ readonly count: number }>(clear, { done });
        return row?.count ?? 0;
      },
    };
  };
}
