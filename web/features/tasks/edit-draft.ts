import { readDraft, writeDraft } from '../../graphql/drafts.ts';
import type { TaskFieldsFragment } from '../../graphql/generated/operations.ts';
import type { TaskForm } from './changed-fields.ts';

/** An edit that was not sent: at most one dialog is open. */
interface EditDraft {
  /** The task that the edit is based on. */
  readonly base: TaskFieldsFragment;
  readonly values: TaskForm;
}

const DRAFT = 'edit-task';
const FIELDS = ['title', 'description', 'dueDay'] as const;

function isEditDraft(value: unknown): value is EditDraft {
  if (typeof value !== 'object' || value === null || !('values' in value) || !('base' in value)) return false;
  const values = value.values as Partial<Record<keyof TaskForm, unknown>> | null;
  const base = value.base as Partial<Record<keyof TaskFieldsFragment, unknown>> | null;
  if (typeof base !== 'object' || typeof base?.id !== 'string' || typeof base.version !== 'number') return false;
  if (typeof values !== 'object' || values === null) return false;
  return (
    FIELDS.every((field) => typeof values[field] === 'string') &&
    ['LOW', 'NORMAL', 'HIGH'].includes(String(values.priority))
  );
}

/** Returns the edit of this task that was not sent; null without one. */
export function readEdit(userId: string, taskId: string): EditDraft | null {
  const draft = readDraft(userId, DRAFT, isEditDraft);
  return draft?.base.id === taskId ? draft : null;
}

/** Stores the edit that is open; null removes it. */
export function writeEdit(userId: string, draft: EditDraft | null): void {
  writeDraft(userId, DRAFT, draft);
}
