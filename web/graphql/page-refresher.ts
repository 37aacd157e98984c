/** How often a refresh that has to wait looks whether it may start, in milliseconds. */
const RECHECK = 500;
/** The least time between two refreshes because of the focus, in milliseconds. */
const FOCUS_PAUSE = 5_000;

/**
 * Whether a refresh must wait: a hidden page is seen by no user, and in a dialog the user is typing. What the dialog belongs
 * to may be gone after the refresh, and the dialog with it.
 */
const isPageHeld = () => document.visibilityState === 'hidden' || document.querySelector('dialog[open]') !== null;

/** Tells the parts of a page when to fetch again what they show: the user came back, or something was changed elsewhere. */
export class PageRefresher {
  readonly #isHeld: () => boolean;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastRefresh = 0;

  /** @param isHeld whether a refresh must wait; default: while the page is hidden or has an open dialog */
  constructor(isHeld: () => boolean = isPageHeld) {
    this.#isHeld = isHeld;
  }

  /** Refreshes when the user comes back to the page, until the returned function is called. */
  connect(): () => void {
    const onFocus = () => {
      if (document.visibilityState === 'visible' && Date.now() - this.#lastRefresh >= FOCUS_PAUSE) this.refresh();
    };
    // The page is as new as its queries.
    this.#lastRefresh = Date.now();
    // A change of windows is a `focus` without a `visibilitychange`, which is all that Apollo's windowFocusSource knows.
    window.addEventListener('focus', onFocus);
    document.addEventListener('visibilitychange', onFocus);
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      window.removeEventListener('focus', onFocus);
      document.removeEventListener('visibilitychange', onFocus);
    };
  }

  /** Calls `listener` for each refresh; the returned function removes it. */
  onRefresh(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Refreshes as soon as possible; calls until then are one refresh. */
  refresh(): void {
    if (this.#timer !== undefined) return;
    if (this.#isHeld()) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.refresh();
      }, RECHECK);
      return;
    }
    this.#lastRefresh = Date.now();
    for (const listener of this.#listeners) listener();
  }
}
