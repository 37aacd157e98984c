/** features/tasks/task-screen.tsx */
export const TASK_SCREEN = {
  tasks: 'Tasks',
  tryAgain: 'Try again',
};

const tasks = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;

/** features/tasks/task-list.tsx, task-rows.tsx, windowed-rows.tsx and list-skeleton.tsx */
export const TASK_LIST = {
  tasks: 'Tasks',
  loadingTasks: 'Loading your tasks',
  tryAgain: 'Try again',
  noTasks: 'No tasks',
  tasksCount: tasks,
  ofTasks: (shown: number, all: number) => `${shown} of ${tasks(all)}`,
  moreShown: (count: number) => `${count} more tasks shown`,
  loading: 'Loading…',
  showMore: 'Show more',
};

/** features/tasks/add-task.tsx */
export const ADD_TASK = {
  newTask: 'New task',
  whatNeedsToBe: 'What needs to be done?',
  add: 'Add',
  details: 'Due date and priority',
  due: 'Due',
  added: (title: string) => `Added: ${title}`,
  tryAgain: 'Try again',
};

/** features/tasks/priority-field.tsx */
export const PRIORITY_FIELD = {
  priority: 'Priority',
  names: { LOW: 'Low', NORMAL: 'Normal', HIGH: 'High' },
};

/** features/tasks/list-controls.tsx */
export const LIST_CONTROLS = {
  searchTasks: 'Search tasks',
  search: 'Search',
  sortBy: 'Sort by',
  tasksToShow: 'Tasks to show',
  shown: { all: 'All', open: 'Open', today: 'Today', overdue: 'Overdue', done: 'Done' },
  sorting: {
    position: 'My order',
    created: 'Newest first',
    changed: 'Last changed',
    due: 'Due date',
    priority: 'Priority',
    title: 'Title',
  },
};

/** features/tasks/list-actions.tsx */
export const LIST_ACTIONS = {
  movesElsewhere: 'Tasks can be moved in your own order only: sort by “My order”, and clear search and filters.',
};

/** features/tasks/selection-bar.tsx */
export const SELECTION_BAR = {
  selectSeveral: 'Select several',
};

/** features/tasks/clear-done-tasks.tsx */
export const CLEAR_DONE_TASKS = {
  deleteDoneTasks: 'Delete done tasks',
};

/** features/tasks/task-row.tsx and move-rows.tsx */
export const TASK_ROW = {
  select: (title: string) => `Select ${title}`,
  highPriority: 'High priority',
  lowPriority: 'Low priority',
  stepsDone: (done: number, all: number) => `${done} of ${all}`,
  steps: (done: number, all: number) => `${done} of ${all} steps`,
  delete: (title: string) => `Delete ${title}`,
  move: (title: string) => `Move ${title}`,
};

/** features/tasks/due-date.tsx and due-label.ts */
export const DUE_DATE = {
  overdue: (date: string) => `Overdue: ${date}`,
  yesterday: 'Yesterday',
  today: 'Today',
  tomorrow: 'Tomorrow',
};
