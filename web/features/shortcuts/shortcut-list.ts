import { SHORTCUT_LIST } from '../../words.ts';

/** A keyboard shortcut: its keys, as they are shown, and what it does. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

/** The pages that a `g` and another key lead to. */
export const PAGES: Readonly<Record<string, { readonly path: string; readonly does: string }>> = {
  t: { path: '/tasks', does: SHORTCUT_LIST.tasks },
  e: { path: '/explore', does: SHORTCUT_LIST.explore },
  a: { path: '/access', does: SHORTCUT_LIST.access },
  c: { path: '/account', does: SHORTCUT_LIST.yourAccount },
};

/** All shortcuts, in the groups in which the sheet shows them. */
export const SHORTCUT_GROUPS: readonly { readonly title: string; readonly shortcuts: readonly Shortcut[] }[] = [
  {
    title: SHORTCUT_LIST.everywhere,
    shortcuts: [
      { keys: ['?'], does: SHORTCUT_LIST.showThisSheet },
      ...Object.entries(PAGES).map(([key, { does }]) => ({ keys: ['g', key], does })),
    ],
  },
  {
    title: SHORTCUT_LIST.taskList,
    shortcuts: [
      { keys: ['n'], does: SHORTCUT_LIST.newTask },
      { keys: ['/'], does: SHORTCUT_LIST.search },
      { keys: ['j', '↓'], does: SHORTCUT_LIST.nextTask },
      { keys: ['k', '↑'], does: SHORTCUT_LIST.previousTask },
      { keys: ['z'], does: SHORTCUT_LIST.undo },
    ],
  },
  {
    title: SHORTCUT_LIST.theFocusedTask,
    shortcuts: [
      { keys: ['x'], does: SHORTCUT_LIST.doneOrNot },
      { keys: ['e', 'Enter'], does: SHORTCUT_LIST.open },
      { keys: ['s'], does: SHORTCUT_LIST.showItsSteps },
      { keys: ['m'], does: SHORTCUT_LIST.move },
      { keys: ['Delete'], does: SHORTCUT_LIST.delete },
    ],
  },
];
