export { createTask } from './create-task.ts';
export { deleteTask } from './delete-task.ts';
export { markTasks } from './mark-tasks.ts';
export { moveTask } from './move-task.ts';
export { restoreTask } from './restore-task.ts';
export { updateTask } from './update-task.ts';
export { moveRow, removeTask, toggleTask } from './row-actions.ts';
