import { isCanonicalUuid, generateUuidV7 } from '../../uuid.ts';
import type { SelectedFields } from '../query/owned-statements.ts';
import type { ViewerSession } from '../query/viewer-session.ts';
import { type SelectedStep, StepEntity, type StepRow } from './step-entity.ts';
import type { RepositoryContext } from '../query/repository-context.ts';
import { TaskEntity } from '../task/task-entity.ts';

/** What a new step may be given. */
export type NewStep = Pick<StepRow, 'title' | 'done'>;
/** What can be changed about a step. */
export type StepChanges = Partial<NewStep>;

/** How many steps a task can have. */
export const MAX_STEPS_PER_TASK = 100;

/** The steps of the viewer's tasks. A step of somebody else's is absent here. `asked` are the fields to answer with. */
export interface StepRepository {
  /** The steps of a task, in order. */
  ofTask(taskId: string, selectedFields: SelectedFields): Promise<SelectedStep[]>;
  /** At the end of a task; null when the viewer has no such task, 'full' when it has as many steps as it can have. */
  add(taskId: string, step: NewStep, selectedFields: SelectedFields): Promise<SelectedStep | 'full' | null>;
  /** Null when the viewer has no such step. */
  update(id: string, changes: StepChanges, selectedFields: SelectedFields): Promise<SelectedStep | null>;
  /** Whether there was such a step. */
  delete(id: string): Promise<boolean>;
}

const UPDATABLE_COLUMNS = ['title', 'done'] as const;
type Columns = readonly (keyof StepRow)[];

/** Prepares the statements on steps; what it returns binds them to an operation. */
export function prepareStepRepository({
  ownedStatements,
  statementCache,
}: RepositoryContext): (viewerSession: ViewerSession) => StepRepository {
  const own = ownedStatements(StepEntity);
  /** The columns of the fields asked for: to find its task, a step has to know which one that is. */
  const columnsOf = (selectedFields: SelectedFields) =>
    own.columns(selectedFields, ...(selectedFields.has('task') ? (['taskId'] as const) : []));

  const ofTasks = (columns: Columns) =>
    statementCache.getOrCreate('step.ofTasks', columns.join(), ['viewer', 'taskIds'], () => {
      const orderBy = ['"task_id"', '"position"', '"id"'].map((by) => ({ by, direction: 'ASC' }) as const);
      return own.select({ columns, where: ['"task_id" = ANY(:taskIds)'], orderBy });
    });
  const byId = (columns: Columns) =>
    statementCache.getOrCreate('step.byId', columns.join(), ['viewer', 'id'], () =>
      own.select({ columns, where: ['"id" = :id'] }),
    );

  // Whoever adds to a task waits here for whoever else does: a count of steps that are still to come would be wrong.
  const lockTask = statementCache.getOrCreate('step.holdTask', '', ['viewer', 'taskId'], () =>
    ownedStatements(TaskEntity).select({ columns: ['id'], where: ['"id" = :taskId'], lock: true }),
  );
  const insert = (returning: Columns) =>
    statementCache.getOrCreate('step.add', returning.join(), ['viewer', 'id', 'taskId', 'title', 'done', 'most'], () =>
      own.insert({
        values: {
          id: 'cast(:id AS uuid)',
          taskId: 'cast(:taskId AS uuid)',
          title: 'cast(:title AS text)',
          done: 'cast(:done AS boolean)',
          position: '"last" + 1',
        },
        insertIf: {
          source: own.select({
            extra: { count: 'count(*)', last: 'coalesce(max("position"), 0)' },
            where: ['"task_id" = :taskId'],
          }),
          condition: '"count" < cast(:most AS integer)',
        },
        returning,
      }),
    );
  const update = (fields: readonly (typeof UPDATABLE_COLUMNS)[number][], returning: Columns) =>
    statementCache.getOrCreate('step.update', `${fields.join()} ${returning.join()}`, ['viewer', 'id', ...fields], () =>
      own.update({
        set: Object.fromEntries(fields.map((field) => [field, `:${field}`])),
        where: ['"id" = :id'],
        returning,
      }),
    );
  const remove = statementCache.getOrCreate('step.delete', '', ['viewer', 'id'], () =>
    own.remove({ where: ['"id" = :id'], returning: ['id'] }),
  );

  return ({ batchLoader, query }) => ({
    ofTask: (taskId, selectedFields) =>
      batchLoader.load('step.ofTask', { taskId, selectedFields }, async (items) => {
        const columns = columnsOf(new Set(['taskId', ...items.flatMap((each) => [...each.selectedFields])]));
        const taskIds = [...new Set(items.map((each) => each.taskId))];
        const byTask = Map.groupBy(await query<SelectedStep>(ofTasks(columns), { taskIds }), (row) => row.taskId);
        return items.map((each) => byTask.get(each.taskId) ?? []);
      }),

    async add(taskId, step, selectedFields) {
      if (!isCanonicalUuid(taskId) || (await query(lockTask, { taskId })).length === 0) return null;
      const values = { id: generateUuidV7(), taskId, most: MAX_STEPS_PER_TASK, ...step };
      const [row] = await query<SelectedStep>(insert(columnsOf(selectedFields)), values);
      return row ?? 'full';
    },

    async update(id, changes, selectedFields) {
      if (!isCanonicalUuid(id)) return null;
      const fields = UPDATABLE_COLUMNS.filter((field) => changes[field] !== undefined);
      const columns = columnsOf(selectedFields);
      const preparedQuery = fields.length === 0 ? byId(columns) : update(fields, columns);
      const [row] = await query<SelectedStep>(preparedQuery, { id, ...changes });
      return row ?? null;
    },

    async delete(id) {
      return isCanonicalUuid(id) && (await query(remove, { id })).length === 1;
    },
  });
}
