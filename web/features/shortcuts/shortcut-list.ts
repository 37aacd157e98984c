/** A keyboard shortcut: its keys, as they are shown, and what it does. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

/** The pages that a `g` and another key lead to. */
export const PAGES: Readonly<Record<string, { readonly path: string; readonly does: string }>> = {
  t: { path: '/tasks', does: 'Tasks' },
  e: { path: '/explore', does: 'Explore' },
  a: { path: '/access', does: 'Access' },
  c: { path: '/account', does: 'Your account' },
};

/** All shortcuts, in the groups in which the sheet shows them. */
export const SHORTCUT_GROUPS: readonly { readonly title: string; readonly shortcuts: readonly Shortcut[] }[] = [
  {
    title: 'Everywhere',
    shortcuts: [
      { keys: ['?'], does: 'Show this sheet' },
      ...Object.entries(PAGES).map(([key, { does }]) => ({ keys: ['g', key], does })),
    ],
  },
  {
    title: 'Task list',
    shortcuts: [
      { keys: ['n'], does: 'New task' },
      { keys: ['/'], does: 'Search' },
      { keys: ['j', '↓'], does: 'Next task' },
      { keys: ['k', '↑'], does: 'Previous task' },
      { keys: ['z'], does: 'Undo' },
    ],
  },
  {
    title: 'The focused task',
    shortcuts: [
      { keys: ['x'], does: 'Done or not done' },
      { keys: ['e', 'Enter'], does: 'Open' },
      { keys: ['s'], does: 'Show its steps' },
      { keys: ['m'], does: 'Move' },
      { keys: ['Delete'], does: 'Delete' },
    ],
  },
];
