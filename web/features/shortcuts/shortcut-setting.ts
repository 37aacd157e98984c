const KEY = 'fieldgate.shortcuts';

/** Returns whether shortcuts are on in this browser; the default is on. */
export function shortcutsAreOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    // The storage is disabled: the setting lasts as long as the page.
    return true;
  }
}

/** Stores whether shortcuts are on. */
export function storeShortcutsOn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // As above.
  }
}
