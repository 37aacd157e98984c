import { readDraft, writeDraft } from '../../graphql/drafts.ts';
import type { TaskForm } from './changed-fields.ts';

/** An edit that was not sent: at most one dialog is open. */
interface EditDraft {
  readonly taskId: string;
  readonly values: TaskForm;
}

const DRAFT = 'edit-task';
const FIELDS = ['title', 'description', 'dueDay'] as const;

function isEditDraft(value: unknown): value is EditDraft {
  if (typeof value !== 'object' || value === null || !('values' in value) || !('taskId' in value)) return false;
  const values = value.values as Partial<Record<keyof TaskForm, unknown>> | null;
  if (typeof value.taskId !== 'string' || typeof values !== 'object' || values === null) return false;
  return (
    FIELDS.every((field) => typeof values[field] === 'string') &&
    ['LOW', 'NORMAL', 'HIGH'].includes(String(values.priority))
  );
}

/** Returns the values of an edit of this task that was not sent; null without one. */
export function readEdit(userId: string, taskId: string): TaskForm | null {
  const draft = readDraft(userId, DRAFT, isEditDraft);
  return draft?.taskId === taskId ? draft.values : null;
}

/** Stores the edit that is open; null removes it. */
export function writeEdit(userId: string, draft: EditDraft | null): void {
  writeDraft(userId, DRAFT, draft);
}
