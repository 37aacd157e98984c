/** features/tasks/task-dialog.tsx */
export const TASK_DIALOG = {
  editTask: 'Edit task',
  taskNotFound: 'Task not found',
  thereIsNoTask: 'There is no task at this address. It may have been deleted.',
  tryAgain: 'Try again',
  loading: 'Loading…',
  close: 'Close',
};

/** features/tasks/edit-task-dialog.tsx */
export const EDIT_TASK_DIALOG = {
  editTask: 'Edit task',
  title: 'Title',
  aTaskNeedsA: 'A task needs a title.',
  description: 'Description',
  due: 'Due',
  changedElsewhere: 'This task was changed elsewhere at the same time. Choose what to keep, and save again.',
  saved: 'Task saved',
  cancel: 'Cancel',
  saving: 'Saving…',
  save: 'Save',
};

/** features/tasks/task-dates.tsx */
export const TASK_DATES = {
  created: 'Created ',
  changed: ' · Changed ',
  done: ' · Done ',
};

/** features/tasks/conflict-choice.tsx */
export const CONFLICT_CHOICE = {
  fields: { title: 'Title', description: 'Description', dueDay: 'Due', priority: 'Priority' },
  noDueDate: 'No due date',
  empty: 'Empty',
  yours: 'Yours',
  savedElsewhere: 'Saved elsewhere',
  option: (source: string, value: string) => `${source}: ${value}`,
};

/** features/tasks/discard-dialog.tsx */
export const DISCARD_DIALOG = {
  discardYourChanges: 'Discard your changes?',
  notSaved: 'What you typed is not saved yet.',
  keepEditing: 'Keep editing',
  discard: 'Discard',
};
