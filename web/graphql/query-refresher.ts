import type { ApolloClient } from '@apollo/client';
import type { MutationCount } from './connection-link.ts';
import { fetchLoadedPages } from './fetch-loaded-pages.ts';

/** How often a held refresh looks whether it may start, in milliseconds. */
const RECHECK = 500;
/** The least time between two refreshes because of the focus, in milliseconds. */
const FOCUS_PAUSE = 5_000;

/**
 * Whether a refresh must wait: nobody sees a hidden page, and in a dialog somebody is typing. The row that a dialog belongs
 * to may be gone after the refresh, and the dialog with it.
 */
const isPageHeld = () => document.visibilityState === 'hidden' || document.querySelector('dialog[open]') !== null;

/**
 * Fetches again what the active queries of a client show, in the background: what is shown stays until the answer is there,
 * all loaded pages of a list stay loaded, and no change of the user is overwritten.
 */
export class QueryRefresher {
  readonly #client: ApolloClient;
  readonly #mutations: MutationCount;
  readonly #isHeld: () => boolean;
  #wanted = false;
  #running = false;
  #connected = false;
  #lastStart = 0;

  constructor(client: ApolloClient, mutations: MutationCount, isHeld: () => boolean = isPageHeld) {
    this.#client = client;
    this.#mutations = mutations;
    this.#isHeld = isHeld;
  }

  /** Refreshes when the user comes back to the page, until the returned function is called. */
  connect(): () => void {
    const onFocus = () => {
      if (document.visibilityState === 'visible' && Date.now() - this.#lastStart >= FOCUS_PAUSE) this.refresh();
    };
    this.#connected = true;
    // The page is as new as its queries.
    this.#lastStart = Date.now();
    // A change of windows is a `focus` without a `visibilitychange`; a change of tabs is both.
    window.addEventListener('focus', onFocus);
    document.addEventListener('visibilitychange', onFocus);
    return () => {
      this.#connected = false;
      window.removeEventListener('focus', onFocus);
      document.removeEventListener('visibilitychange', onFocus);
    };
  }

  /** Starts a refresh as soon as possible; during one, another one follows. */
  refresh(): void {
    this.#wanted = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#wanted && this.#connected) {
      if (this.#mutations.inFlight > 0 || this.#isHeld()) {
        await new Promise((resolve) => setTimeout(resolve, RECHECK));
        continue;
      }
      this.#wanted = false;
      this.#lastStart = Date.now();
      // Without an answer: the connection refreshes when there is one.
      await this.#refreshOnce().catch(() => undefined);
    }
    this.#running = false;
  }

  async #refreshOnce(): Promise<void> {
    const { started } = this.#mutations;
    const active = [...this.#client.getObservableQueries('active')];
    const writes = await Promise.all(active.map((query) => fetchLoadedPages(this.#client, query)));
    // The answers may be older than what a mutation has written meanwhile.
    const isOutdated = this.#mutations.started !== started || this.#isHeld() || !this.#connected;
    if (isOutdated || !writes.map((write) => write()).every(Boolean)) this.#wanted = true;
  }
}
