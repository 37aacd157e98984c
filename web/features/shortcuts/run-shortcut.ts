import { PAGES } from './shortcut-list.ts';

/** What a shortcut may do besides clicking a control of the page. */
interface ShortcutActions {
  readonly showSheet: () => void;
  readonly goTo: (path: string) => void;
}

/** Input types that are no text: their keys are free for shortcuts, except arrows, which change a radio button. */
const NOT_TEXT = new Set(['button', 'checkbox', 'radio', 'submit']);

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NOT_TEXT.has(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Returns the row that has the focus. */
const focusedRow = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>('[data-row]') ?? null;

/** Moves the focus to the next or previous row; to the first one if no row has it. */
function moveFocus(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const current = focusedRow();
  const row = current === null ? rows[0] : rows[rows.indexOf(current) + by];
  const control = row?.querySelector<HTMLElement>('input:enabled, button:enabled');
  control?.focus();
  control?.scrollIntoView({ block: 'nearest' });
  return control !== undefined && control !== null;
}

/** Clicks or focuses the control of the shortcut: in the focused row if it has one, else in the page outside the rows. */
function pressControl(key: string): boolean {
  const selector = `[data-shortcut="${CSS.escape(key)}"]`;
  const control =
    focusedRow()?.querySelector<HTMLElement>(selector) ??
    [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.closest('[data-row]') === null);
  if (!control || control.matches(':disabled')) return false;
  control.focus();
  if (!isTyping(control)) control.click();
  return true;
}

const MOVES: Readonly<Record<string, 1 | -1>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/**
 * Returns a handler that runs the shortcut of a key, and stops the key from doing anything else. A control of the page
 * names its shortcut by `data-shortcut`, a row of a list says so by `data-row`: the handler does what a click does. Keys
 * have no effect while the user types or a dialog is open.
 */
export function createShortcutHandler({ showSheet, goTo }: ShortcutActions): (event: KeyboardEvent) => void {
  let afterG = false;

  function run(event: KeyboardEvent): boolean {
    const { key, target } = event;
    const page = afterG ? PAGES[key] : undefined;
    afterG = key === 'g';
    if (page) {
      goTo(page.path);
      return true;
    }
    if (key === '?') {
      showSheet();
      return true;
    }
    const by = MOVES[key];
    if (by !== undefined) {
      // Arrow keys scroll the page and change radio buttons, except in the list.
      const isArrow = key.startsWith('Arrow');
      return (!isArrow || focusedRow() !== null) && moveFocus(by);
    }
    // Enter clicks a button that has the focus; on a checkbox it has no effect of its own.
    if (key === 'Enter') return target instanceof HTMLInputElement && focusedRow() !== null && pressControl('e');
    return pressControl(key);
  }

  return (event) => {
    const isShortcut =
      !event.defaultPrevented && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isShortcut || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
    if (run(event)) event.preventDefault();
  };
}
