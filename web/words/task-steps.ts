/** features/tasks/row-steps.tsx */
export const ROW_STEPS = {
  steps: 'Steps',
  done: (title: string) => `Step done: ${title}`,
  notDone: (title: string) => `Step not done: ${title}`,
};

/** features/tasks/task-steps.tsx */
export const TASK_STEPS = {
  steps: 'Steps',
  progress: (done: number, all: number) => `${done} of ${all} done`,
  done: (title: string) => `${title}: done`,
  notDone: (title: string) => `${title}: not done`,
  moved: (title: string, place: number, all: number) => `${title}: now step ${place} of ${all}`,
  added: (title: string) => `Step added: ${title}`,
  renamed: (title: string) => `Step renamed: ${title}`,
  deleted: (title: string) => `Step deleted: ${title}`,
  newStep: 'New step',
  addAStep: 'Add a step',
  addStep: 'Add step',
  full: (limit: number) => `A task has at most ${limit} steps.`,
};

/** features/tasks/step-row.tsx */
export const STEP_ROW = {
  title: (title: string) => `Title of step ${title}`,
  moveUp: (title: string) => `Move up ${title}`,
  moveDown: (title: string) => `Move down ${title}`,
  delete: (title: string) => `Delete step ${title}`,
};
