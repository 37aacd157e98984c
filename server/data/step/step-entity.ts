import { EntitySchema } from 'typeorm';
import type { SelectedRow } from '../query/owned-statements.ts';

/** A row of `app.step`. */
export interface StepRow {
  readonly userId: string;
  readonly id: string;
  readonly taskId: string;
  readonly title: string;
  readonly done: boolean;
  readonly position: number;
}

/** A step with the selected columns. */
export type SelectedStep = SelectedRow<StepRow>;

/** `app.step`. Every key begins with the owner. */
export const StepEntity = new EntitySchema<StepRow>({
  name: 'Step',
  schema: 'app',
  tableName: 'step',
  columns: {
    userId: { name: 'user_id', type: 'uuid', primary: true, update: false },
    id: { type: 'uuid', primary: true, update: false },
    taskId: { name: 'task_id', type: 'uuid', update: false },
    title: { type: 'text' },
    done: { type: 'boolean', default: false },
    position: { type: 'double precision' },
  },
});
