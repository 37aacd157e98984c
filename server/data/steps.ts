import { isIdentifier, newIdentifier } from './identifier.ts';
import type { Asked } from './owned.ts';
import type { Reach } from './reach.ts';
import { type FoundStep, StepEntity, type StepRow } from './step.ts';
import type { Tables } from './tables.ts';
import { TaskEntity } from './task.ts';

/** What a new step may be given. */
export type NewStep = Pick<StepRow, 'title' | 'done'>;
/** What can be changed about a step. */
export type StepChanges = Partial<NewStep>;

/** How many steps a task can have. */
export const MOST_STEPS = 100;

/** The steps of the viewer's tasks. A step of somebody else's is absent here. `asked` are the fields to answer with. */
export interface Steps {
  /** The steps of a task, in order. */
  ofTask(taskId: string, asked: Asked): Promise<FoundStep[]>;
  /** At the end of a task; null when the viewer has no such task, 'full' when it has as many steps as it can have. */
  add(taskId: string, step: NewStep, asked: Asked): Promise<FoundStep | 'full' | null>;
  /** Null when the viewer has no such step. */
  update(id: string, changes: StepChanges, asked: Asked): Promise<FoundStep | null>;
  /** Whether there was such a step. */
  delete(id: string): Promise<boolean>;
}

const SETTABLE = ['title', 'done'] as const;
type Columns = readonly (keyof StepRow)[];

/** Prepares the statements on steps; what it returns binds them to an operation. */
export function steps({ owned, shapes }: Tables): (reach: Reach) => Steps {
  const own = owned(StepEntity);
  /** The columns of the fields asked for: to find its task, a step has to know which one that is. */
  const columnsOf = (asked: Asked) => own.columns(asked, ...(asked.has('task') ? (['taskId'] as const) : []));

  const ofTasks = (columns: Columns) =>
    shapes.of('step.ofTasks', columns.join(), ['viewer', 'taskIds'], () => {
      const orderBy = ['"task_id"', '"position"', '"id"'].map((by) => ({ by, direction: 'ASC' }) as const);
      return own.select({ columns, where: ['"task_id" = ANY(:taskIds)'], orderBy });
    });
  const byId = (columns: Columns) =>
    shapes.of('step.byId', columns.join(), ['viewer', 'id'], () => own.select({ columns, where: ['"id" = :id'] }));

  // Whoever adds to a task waits here for whoever else does: a count of steps that are still to come would be wrong.
  const holdTask = shapes.of('step.holdTask', '', ['viewer', 'taskId'], () =>
    owned(TaskEntity).select({ columns: ['id'], where: ['"id" = :taskId'], lock: true }),
  );
  const insert = (returning: Columns) =>
    shapes.of('step.add', returning.join(), ['viewer', 'id', 'taskId', 'title', 'done', 'most'], () =>
      own.insert({
        values: {
          id: 'cast(:id AS uuid)',
          taskId: 'cast(:taskId AS uuid)',
          title: 'cast(:title AS text)',
          done: 'cast(:done AS boolean)',
          position: '"last" + 1',
        },
        given: {
          row: own.select({
            extra: { count: 'count(*)', last: 'coalesce(max("position"), 0)' },
            where: ['"task_id" = :taskId'],
          }),
          holds: '"count" < cast(:most AS integer)',
        },
        returning,
      }),
    );
  const update = (fields: readonly (typeof SETTABLE)[number][], returning: Columns) =>
    shapes.of('step.update', `${fields.join()} ${returning.join()}`, ['viewer', 'id', ...fields], () =>
      own.update({
        set: Object.fromEntries(fields.map((field) => [field, `:${field}`])),
        where: ['"id" = :id'],
        returning,
      }),
    );
  const remove = shapes.of('step.delete', '', ['viewer', 'id'], () =>
    own.remove({ where: ['"id" = :id'], returning: ['id'] }),
  );

  return ({ batches, rows }) => ({
    ofTask: (taskId, asked) =>
      batches.load('step.ofTask', { taskId, asked }, async (asks) => {
        const columns = columnsOf(new Set(['taskId', ...asks.flatMap((each) => [...each.asked])]));
        const taskIds = [...new Set(asks.map((each) => each.taskId))];
        const byTask = Map.groupBy(await rows<FoundStep>(ofTasks(columns), { taskIds }), (row) => row.taskId);
        return asks.map((each) => byTask.get(each.taskId) ?? []);
      }),

    async add(taskId, step, asked) {
      if (!isIdentifier(taskId) || (await rows(holdTask, { taskId })).length === 0) return null;
      const values = { id: newIdentifier(), taskId, most: MOST_STEPS, ...step };
      const [row] = await rows<FoundStep>(insert(columnsOf(asked)), values);
      return row ?? 'full';
    },

    async update(id, changes, asked) {
      if (!isIdentifier(id)) return null;
      const fields = SETTABLE.filter((field) => changes[field] !== undefined);
      const columns = columnsOf(asked);
      const shape = fields.length === 0 ? byId(columns) : update(fields, columns);
      const [row] = await rows<FoundStep>(shape, { id, ...changes });
      return row ?? null;
    },

    async delete(id) {
      return isIdentifier(id) && (await rows(remove, { id })).length === 1;
    },
  });
}
