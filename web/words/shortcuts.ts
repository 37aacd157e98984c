/** features/shortcuts/shortcuts.tsx and shortcut-sheet.tsx */
export const SHORTCUT_SHEET = {
  keyboardShortcuts: 'Keyboard shortcuts',
  inThisBrowser: 'Use keyboard shortcuts in this browser',
  close: 'Close',
};

/** features/shortcuts/shortcut-list.ts: what the shortcuts do, and the titles of their groups */
export const SHORTCUT_LIST = {
  tasks: 'Tasks',
  explore: 'Explore',
  access: 'Access',
  yourAccount: 'Your account',
  everywhere: 'Everywhere',
  showThisSheet: 'Show this sheet',
  taskList: 'Task list',
  newTask: 'New task',
  search: 'Search',
  nextTask: 'Next task',
  previousTask: 'Previous task',
  undo: 'Undo',
  theFocusedTask: 'The focused task',
  doneOrNot: 'Done or not done',
  open: 'Open',
  showItsSteps: 'Show its steps',
  move: 'Move',
  delete: 'Delete',
};
