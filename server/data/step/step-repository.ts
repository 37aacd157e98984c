import { generateUuidV7, isCanonicalUuid } from '../../uuid.ts';
import type { SelectedFields } from '../query/owned-statements.ts';
import type { RepositoryContext, ViewerSession } from '../query/viewer-session.ts';
import { TaskEntity } from '../task/task-entity.ts';
import { type SelectedStep, StepEntity, type StepRow } from './step-entity.ts';

/** The input of a new step. */
export type NewStep = Pick<StepRow, 'title' | 'done'>;
/** The properties of a step that an update can change. */
export type StepChanges = Partial<NewStep>;

/** Maximum number of steps of a task. */
export const MAX_STEPS_PER_TASK = 100;

/** Reads and writes the steps of the viewer's tasks. Another user's step or task is treated as missing, as are deleted tasks with their steps. */
export interface StepRepository {
  /** Reads the steps of a task, in order. */
  ofTask(taskId: string, selectedFields: SelectedFields): Promise<SelectedStep[]>;
  /** Adds a step at the end of a task; null if the viewer has no such task, 'full' if it has `MAX_STEPS_PER_TASK`. */
  add(taskId: string, step: NewStep, selectedFields: SelectedFields): Promise<SelectedStep | 'full' | null>;
  /** Changes a step; null if the viewer has no such step. */
  update(id: string, changes: StepChanges, selectedFields: SelectedFields): Promise<SelectedStep | null>;
  /** Deletes a step; resolves to whether the viewer had it. */
  delete(id: string): Promise<boolean>;
}

const UPDATABLE_COLUMNS = ['title', 'done'] as const;
type Columns = readonly (keyof StepRow)[];

/** Prepares the statements on steps; returns a function that binds them to an operation. */
export function prepareStepRepository({
  ownedStatements,
  statementCache,
}: RepositoryContext): (session: ViewerSession) => StepRepository {
  const steps = ownedStatements(StepEntity);
  const tasks = ownedStatements(TaskEntity);
  /** The step, unless its task is deleted: a deleted task keeps its steps for its restoration. */
  const ofUndeletedTask = ['"id" = :id', `"task_id" IN (${tasks.select({ columns: ['id'] })})`];
  /** The columns of the selected fields. The field `task` needs the column `taskId`. */
  const columnsOf = (selectedFields: SelectedFields) =>
    steps.columns(selectedFields, ...(selectedFields.has('task') ? (['taskId'] as const) : []));

  const ofTasks = (columns: Columns) =>
    statementCache.getOrCreate('step.ofTasks', columns.join(), ['viewer', 'taskIds'], () => {
      const orderBy = ['"task_id"', '"position"', '"id"'].map((by) => ({ by, direction: 'ASC' }) as const);
      return steps.select({ columns, where: ['"task_id" = ANY(:taskIds)'], orderBy });
    });
  const selectById = (columns: Columns) =>
    statementCache.getOrCreate('step.byId', columns.join(), ['viewer', 'id'], () =>
      steps.select({ columns, where: ofUndeletedTask }),
    );

  // Serializes additions to one task: without the lock, concurrent ones could each count fewer than the maximum.
  const lockTask = statementCache.getOrCreate('step.lockTask', '', ['viewer', 'taskId'], () =>
    tasks.select({ columns: ['id'], where: ['"id" = :taskId'], lock: true }),
  );
  const insert = (returning: Columns) =>
    statementCache.getOrCreate('step.add', returning.join(), ['viewer', 'id', 'taskId', 'title', 'done', 'max'], () =>
      steps.insert({
        values: {
          id: 'cast(:id AS uuid)',
          taskId: 'cast(:taskId AS uuid)',
          title: 'cast(:title AS text)',
          done: 'cast(:done AS boolean)',
          position: '"last" + 1',
        },
        insertIf: {
          source: steps.select({
            extra: { count: 'count(*)', last: 'coalesce(max("position"), 0)' },
            where: ['"task_id" = :taskId'],
          }),
          condition: '"count" < cast(:max AS integer)',
        },
        returning,
      }),
    );
  const update = (fields: readonly (typeof UPDATABLE_COLUMNS)[number][], returning: Columns) =>
    statementCache.getOrCreate('step.update', `${fields.join()} ${returning.join()}`, ['viewer', 'id', ...fields], () =>
      steps.update({
        set: Object.fromEntries(fields.map((field) => [field, `:${field}`])),
        where: ofUndeletedTask,
        returning,
      }),
    );
  const remove = statementCache.getOrCreate('step.delete', '', ['viewer', 'id'], () =>
    steps.remove({ where: ofUndeletedTask, returning: ['id'] }),
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
      const values = { id: generateUuidV7(), taskId, max: MAX_STEPS_PER_TASK, ...step };
      const [row] = await query<SelectedStep>(insert(columnsOf(selectedFields)), values);
      return row ?? 'full';
    },

    async update(id, changes, selectedFields) {
      if (!isCanonicalUuid(id)) return null;
      const fields = UPDATABLE_COLUMNS.filter((field) => changes[field] !== undefined);
      const columns = columnsOf(selectedFields);
      const preparedQuery = fields.length === 0 ? selectById(columns) : update(fields, columns);
      const [row] = await query<SelectedStep>(preparedQuery, { id, ...changes });
      return row ?? null;
    },

    async delete(id) {
      return isCanonicalUuid(id) && (await query(remove, { id })).length === 1;
    },
  });
}
