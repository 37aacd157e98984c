export { createTask } from './create-task.ts';
export { moveRow, removeTask, toggleTask } from './row-actions.ts';
