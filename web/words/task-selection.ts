const tasks = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;

/** features/tasks/bulk-bar.tsx */
export const BULK_BAR = {
  selectedTasks: 'Selected tasks',
  selected: (count: number) => `${count} selected`,
  marking: (count: number) => `Marking ${tasks(count)}…`,
  markedSoFar: (marked: number, all: number) => `Marked ${marked} of ${tasks(all)}…`,
  marked: (count: number, done: boolean) => `${tasks(count)} marked as ${done ? 'done' : 'open'}`,
  offerMarked: (count: number, done: boolean) => `${tasks(count)}: now ${done ? 'done' : 'open'}.`,
  markDone: 'Mark done',
  markOpen: 'Mark open',
  selectLoaded: (count: number) => `Select the ${count} loaded`,
  selectAll: 'Select all',
  stopSelecting: 'Stop selecting',
};
