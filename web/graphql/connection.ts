/**
 * Whether Fieldgate answers: `offline` if not, and the browser says that it has no network; `away` if not, and the browser
 * says nothing; `returned` for a while after either.
 */
export type ConnectionState = 'connected' | 'offline' | 'away' | 'returned';

interface ConnectionOptions {
  /** Sends a request; the link reports how it ended. */
  readonly probe: () => Promise<unknown>;
  /** Whether the browser says that it has a network. Default: `navigator.onLine`. */
  readonly isOnline?: () => boolean;
  /** A number from 0 to 1 that spreads the probes of many browsers. Default: `Math.random`. */
  readonly random?: () => number;
}

/** How long after a failure the first probe is sent; each further wait is twice as long. In milliseconds, as all below. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** How long the state is `returned`. */
const RETURNED_FOR = 10_000;

/** Thrown instead of sending a change while Fieldgate does not answer: nothing was changed. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
  readonly isOffline: boolean;

  constructor({ isOffline }: { isOffline: boolean }) {
    super('The change was not sent: Fieldgate does not answer.');
    this.isOffline = isOffline;
  }
}

/**
 * Knows whether Fieldgate answers, from how requests end: `navigator.onLine` is true in a café that asks for a password, and
 * may be false on a machine whose Fieldgate is on itself. While it does not answer, probes are sent, at most 30 s apart. The
 * constructor has no side effects, so that a server can render with it; `connect` starts the work.
 */
export class Connection {
  readonly #probe: () => Promise<unknown>;
  readonly #isOnline: () => boolean;
  readonly #random: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #returnListeners = new Set<() => void>();
  #state: ConnectionState = 'connected';
  #check: Promise<boolean> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failedProbes = 0;

  constructor({ probe, isOnline = () => navigator.onLine, random = Math.random }: ConnectionOptions) {
    this.#probe = probe;
    this.#isOnline = isOnline;
    this.#random = random;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether the last request was not answered. */
  get isLost(): boolean {
    return this.#state === 'offline' || this.#state === 'away';
  }

  /** Probes when the browser's network changes, until the returned function is called. */
  connect(): () => void {
    const check = () => void this.check();
    // A hidden page does not probe.
    const onVisible = () => {
      if (this.isLost && document.visibilityState === 'visible') check();
    };
    window.addEventListener('online', check);
    window.addEventListener('offline', check);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      window.removeEventListener('online', check);
      window.removeEventListener('offline', check);
      document.removeEventListener('visibilitychange', onVisible);
      this.#setTimer(null);
    };
  }

  /** Calls `listener` after each change of the state; the returned function removes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls `listener` when Fieldgate answers again; the returned function removes it. */
  readonly onReturn = (listener: () => void): (() => void) => {
    this.#returnListeners.add(listener);
    return () => this.#returnListeners.delete(listener);
  };

  /** Notes that a request was answered, with whatever result. */
  reportAnswer(): void {
    if (!this.isLost) return;
    this.#failedProbes = 0;
    this.#setState('returned');
    this.#setTimer(() => this.#setState('connected'), RETURNED_FOR);
    for (const listener of this.#returnListeners) listener();
  }

  /** Notes that a request was not answered, and sends probes until one is. */
  reportFailure(): void {
    const isWaiting = this.isLost && this.#timer !== undefined;
    this.#setState(this.#isOnline() ? 'away' : 'offline');
    if (isWaiting) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failedProbes);
    this.#setTimer(() => this.#probeUnlessHidden(), wait * (0.5 + this.#random() / 2));
  }

  /** Sends a probe; resolves to whether Fieldgate answers. Callers share it. */
  readonly check = (): Promise<boolean> => {
    this.#check ??= this.#probe()
      .catch(() => undefined)
      .then(() => {
        this.#check = null;
        return !this.isLost;
      });
    return this.#check;
  };

  #probeUnlessHidden(): void {
    if (document.visibilityState === 'hidden') return;
    this.#failedProbes += 1;
    void this.check();
  }

  /** Sets the only timer: it waits for the next probe, or for the end of `returned`. */
  #setTimer(run: (() => void) | null, wait?: number): void {
    clearTimeout(this.#timer);
    this.#timer =
      run === null
        ? undefined
        : setTimeout(() => {
            this.#timer = undefined;
            run();
          }, wait);
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
