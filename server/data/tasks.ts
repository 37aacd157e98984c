import { DatabaseError } from 'pg';
import type { DataSource } from 'typeorm';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { isIdentifier, newIdentifier } from './identifier.ts';
import { type Owners, owned } from './owned.ts';
import { type Shape, shape } from './statement.ts';
import { TaskEntity, type TaskRow } from './task.ts';
import type { Run } from './transaction.ts';

/** What a new task may be given. */
export type NewTask = Pick<TaskRow, 'title' | 'description' | 'dueAt' | 'priority'>;
/** What can be changed about a task. */
export type TaskChanges = Partial<Pick<TaskRow, 'title' | 'description' | 'done' | 'dueAt' | 'priority'>>;

/** A page of the viewer's tasks and how many there are on all of them: of one moment, from one statement. */
export interface TaskPage {
  readonly nodes: TaskRow[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** The viewer's tasks. A task of somebody else's is absent here. */
export interface Tasks {
  byId(id: string): Promise<TaskRow | null>;
  /** Null when `after` is no cursor of ours. */
  page(first: number, after: string | null): Promise<TaskPage | null>;
  /** Null when the viewer's account is gone. */
  create(task: NewTask): Promise<TaskRow | null>;
  /** Null when the viewer has no such task. */
  update(id: string, changes: TaskChanges): Promise<TaskRow | null>;
  /** Whether there was such a task. */
  delete(id: string): Promise<boolean>;
  /** Where a page begins that follows this task. */
  cursorOf(task: TaskRow): string;
}

type PageRow = TaskRow & { readonly totalCount: number };

const FOREIGN_KEY_VIOLATION = '23503';
const SETTABLE = ['title', 'description', 'done', 'dueAt', 'priority'] as const;

/** Prepares the statements on tasks; what it returns binds them to a viewer. */
export function tasks(mapping: DataSource, owners: Owners): (viewer: string, run: Run) => Tasks {
  const own = owned(mapping, TaskEntity, owners);

  const byId = shape('task.byId', own.select().andWhere('Task.id = :id'), ['viewer', 'id']);
  const firstPage = pageShape('task.firstPage', '');
  const nextPage = pageShape('task.nextPage', '("Task"."position", "Task"."id") > (:position, :id)');
  const remove = shape(
    'task.delete',
    mapping
      .createQueryBuilder()
      .delete()
      .from(TaskEntity, 'Task')
      .where(own.isOwners)
      .andWhere('id = :id')
      .returning('id'),
    ['viewer', 'id'],
  );
  const insert = shape(
    'task.create',
    mapping
      .createQueryBuilder()
      .insert()
      .into(TaskEntity, ['userId', 'id', 'title', 'description', 'dueAt', 'priority'])
      .values({
        userId: () => ':viewer',
        id: () => ':id',
        title: () => ':title',
        description: () => ':description',
        dueAt: () => ':dueAt',
        priority: () => ':priority',
      })
      .returning(own.returning),
    ['viewer', 'id', 'title', 'description', 'dueAt', 'priority'],
  );
  const updates = new Map<string, Shape<Record<string, unknown>>>();

  /** A page and the count in one statement: an empty page has a count too, hence the join. */
  function pageShape(name: string, condition: string) {
    const rows = own.select().orderBy('Task.position').addOrderBy('Task.id');
    if (condition !== '') rows.andWhere(condition);
    const all = own.select().select('cast(count(*) as integer)', 'totalCount');
    const builder = mapping
      .createQueryBuilder()
      .select('total."totalCount", page.*')
      .from(`(${all.getQuery()})`, 'total')
      .leftJoin(`(${rows.getQuery()} limit :limit)`, 'page', 'true')
      .orderBy('page.position')
      .addOrderBy('page.id');
    return shape(name, builder, ['viewer', 'limit', 'position', 'id']);
  }

  /** One shape for each set of fields that is changed together. */
  function updateShape(fields: readonly (typeof SETTABLE)[number][]) {
    const name = `task.update.${fields.join('.')}`;
    const known = updates.get(name);
    if (known) return known;
    const done = 'case when :done then coalesce(completed_at, now()) end';
    const builder = mapping
      .createQueryBuilder()
      .update(TaskEntity)
      .set({
        ...Object.fromEntries(fields.map((field) => [field, () => `:${field}`])),
        ...(fields.includes('done') && { completedAt: () => done }),
        version: () => 'version + 1',
        updatedAt: () => 'now()',
      })
      .where(own.isOwners)
      .andWhere('id = :id')
      .returning(own.returning);
    const made = shape(name, builder, ['viewer', 'id', ...fields]);
    updates.set(name, made);
    return made;
  }

  return (viewer, run) => ({
    async byId(id) {
      if (!isIdentifier(id)) return null;
      const [row] = await run<TaskRow>(byId.statement, byId.parameters({ viewer, id }));
      return row ?? null;
    },

    async page(first, after) {
      const place = after === null ? null : decodeCursor(after);
      if (after !== null && place === null) return null;
      const { statement, parameters } = place === null ? firstPage : nextPage;
      const values = { viewer, limit: first + 1, position: place?.position, id: place?.id };
      const rows = await run<PageRow>(statement, parameters(values));
      const found = rows.filter((row) => row.id !== null);
      return {
        nodes: found.slice(0, first),
        totalCount: rows[0]?.totalCount ?? 0,
        hasNextPage: found.length > first,
        hasPreviousPage: place !== null,
      };
    },

    async create(task) {
      const values = insert.parameters({ viewer, id: newIdentifier(), ...task });
      // Only the foreign key knows that the account has gone a moment ago; the transaction ends with this.
      const [row] = await run<TaskRow>(insert.statement, values).catch((error: unknown) => {
        if (error instanceof DatabaseError && error.code === FOREIGN_KEY_VIOLATION) return [];
        throw error;
      });
      return row ?? null;
    },

    async update(id, changes) {
      if (!isIdentifier(id)) return null;
      const fields = SETTABLE.filter((field) => changes[field] !== undefined);
      if (fields.length === 0) return this.byId(id);
      const { statement, parameters } = updateShape(fields);
      const [row] = await run<TaskRow>(statement, parameters({ viewer, id, ...changes }));
      return row ?? null;
    },

    async delete(id) {
      if (!isIdentifier(id)) return false;
      const rows = await run(remove.statement, remove.parameters({ viewer, id }));
      return rows.length === 1;
    },

    cursorOf: encodeCursor,
  });
}
