import { EntitySchema } from 'typeorm';
import type { SelectedRow, Timestamp } from '../query/owned-statements.ts';

/** The priority of a task. */
export type Priority = 'LOW' | 'NORMAL' | 'HIGH';

/** A row of `app.task`. */
export interface TaskRow {
  readonly userId: string;
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly done: boolean;
  readonly dueAt: Timestamp | null;
  readonly priority: Priority;
  readonly position: number;
  readonly version: number;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly completedAt: Timestamp | null;
  /** When the task was deleted; null for every task that a request can see. */
  readonly deletedAt: Timestamp | null;
}

/** A task with the selected columns. */
export type SelectedTask = SelectedRow<TaskRow>;

/** `app.task`. Every key begins with the owner. Statements see no deleted tasks unless they ask for them: see `deleteDate`. */
export const TaskEntity = new EntitySchema<TaskRow>({
  name: 'Task',
  schema: 'app',
  tableName: 'task',
  columns: {
    userId: { name: 'user_id', type: 'uuid', primary: true, update: false },
    id: { type: 'uuid', primary: true, update: false },
    title: { type: 'text' },
    description: { type: 'text', default: '' },
    done: { type: 'boolean', default: false },
    dueAt: { name: 'due_at', type: 'timestamptz', nullable: true },
    priority: { type: 'text', default: 'NORMAL' },
    position: { type: 'double precision', default: () => '- extract(epoch from clock_timestamp())' },
    version: { type: 'integer', default: 1 },
    createdAt: { name: 'created_at', type: 'timestamptz', default: () => 'now()', update: false },
    updatedAt: { name: 'updated_at', type: 'timestamptz', default: () => 'now()' },
    completedAt: { name: 'completed_at', type: 'timestamptz', nullable: true },
    deletedAt: { name: 'deleted_at', type: 'timestamptz', nullable: true, deleteDate: true },
  },
});
