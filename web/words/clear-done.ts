const doneTasks = (count: number) => `${count} done ${count === 1 ? 'task' : 'tasks'}`;

/** features/tasks/clear-done-dialog.tsx */
export const CLEAR_DONE_DIALOG = {
  deleteAllDoneTasks: 'Delete all done tasks?',
  theirStepsAreDeleted: (undoable: number) =>
    `Their steps are deleted too. Undo brings up to ${undoable} tasks back; the API keeps all of them for 30 days.`,
  keepThem: 'Keep them',
  delete: 'Delete',
  deleted: (count: number) => `${doneTasks(count)} deleted`,
  offerDeleted: (count: number) => `Deleted ${doneTasks(count)}.`,
  restored: (count: number) => `${doneTasks(count)} restored`,
};
