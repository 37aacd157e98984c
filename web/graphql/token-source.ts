import type { Tabs } from './tabs.ts';

/** A token fresh from the server. */
export interface Minted {
  readonly token: string;
  /** Seconds until it ends, by the server's count: only differences are taken from the local clock. */
  readonly expiresIn: number;
  /** Whom it speaks of. */
  readonly userId: string;
}

/** Fetches a token. Rejects when the server is away; an ended session is an answer. */
export type Mint = () => Promise<Minted | 'session-ended'>;

/**
 * Why a token source has no more tokens: somebody pressed "Sign out" in one of the tabs; the session ended by itself;
 * or the cookie now belongs to somebody else, who signed in while this tab slept.
 */
export type Ending = 'signed-out' | 'session-ended' | 'other-user';

interface Held {
  readonly token: string;
  /** When it ends, and when to look for the next, in milliseconds by the local clock. */
  readonly until: number;
  readonly renewAt: number;
}

/** Renew when five minutes are left, or a third of a life that is short (US5), in milliseconds. */
const EARLY = 300_000;
/** After a renewal that failed, until the next attempt while nobody waits, in milliseconds. */
const AGAIN = 10_000;
/** With less than this left a token may end on its way to the API: wait for the next one, in milliseconds. */
const TOO_LATE = 5_000;

/**
 * The access token of this tab: in memory alone, renewed before it ends, one renewal at a time over all tabs.
 * The constructor touches nothing, so that a server may render with one; `connect` takes up the work.
 */
export class TokenSource {
  readonly #userId: string;
  readonly #mint: Mint;
  readonly #tabs: Tabs;
  readonly #listeners = new Set<(ending: Ending) => void>();
  #held: Held | null = null;
  #renewal: Promise<string | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(options: { userId: string; mint: Mint; tabs: Tabs }) {
    this.#userId = options.userId;
    this.#mint = options.mint;
    this.#tabs = options.tabs;
  }

  /** Listens to the other tabs until the returned function is called. */
  connect(): () => void {
    const deafen = this.#tabs.listen((message) => {
      if (message.kind === 'signed-out') this.#end('signed-out');
      // Somebody else has signed in over there: the cookie, which all tabs share, is theirs now.
      else if (message.userId !== this.#userId) this.#end('other-user');
      else if (message.until > (this.#held?.until ?? 0)) this.#keep(message.token, message.until);
    });
    return () => {
      deafen();
      clearTimeout(this.#timer);
    };
  }

  /** Calls `listener` once there will be no more tokens. */
  onEnd(listener: (ending: Ending) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A token that will last the request; null when the session has ended.
   * @throws what minting throws when the server is away and no token is left
   */
  async get(): Promise<string | null> {
    const held = this.#held;
    if (held === null || held.until - Date.now() < TOO_LATE) return this.renew(held?.token);
    if (Date.now() >= held.renewAt) this.#renewBeside(held.token);
    return held.token;
  }

  /**
   * A token other than `spent`, which the API has refused or which is about to end; null when the session has ended.
   * Callers in one tab share a renewal; tabs take turns, and find what the one before them got.
   * @throws what minting throws when the server is away
   */
  renew(spent?: string): Promise<string | null> {
    if (this.#ended) return Promise.resolve(null);
    const other = this.#other(spent);
    if (other !== null) return Promise.resolve(other);
    this.#renewal ??= this.#tabs
      .exclusive(() => this.#turn(spent))
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** Forgets the token, here and in every other tab. */
  signOut(): void {
    this.#tabs.post({ kind: 'signed-out' });
    this.#end('signed-out');
  }

  /** The token at hand, when it is good for a while and not the one that was spent. */
  #other(spent: string | undefined): string | null {
    const held = this.#held;
    return held !== null && held.token !== spent && Date.now() < held.renewAt ? held.token : null;
  }

  async #turn(spent: string | undefined): Promise<string | null> {
    if (this.#ended) return null;
    const other = this.#other(spent);
    if (other !== null) return other;
    const minted = await this.#mint();
    // Signed out while the answer was on its way: it must not revive what was ended.
    if (this.#ended) return null;
    if (minted === 'session-ended') return this.#end('session-ended');
    if (minted.userId !== this.#userId) return this.#end('other-user');
    const until = Date.now() + minted.expiresIn * 1_000;
    this.#keep(minted.token, until);
    this.#tabs.post({ kind: 'token', userId: this.#userId, token: minted.token, until });
    return minted.token;
  }

  #keep(token: string, until: number): void {
    if (this.#ended) return;
    const life = until - Date.now();
    const renewAt = until - Math.min(EARLY, life / 3);
    this.#held = { token, until, renewAt };
    this.#renewAfter(Math.max(0, renewAt - Date.now()), token);
  }

  /** Renews while nobody waits. After a failure again, for as long as the old token serves; then a request will ask. */
  #renewBeside(spent: string): void {
    this.renew(spent).catch(() => {
      if (this.#held?.token !== spent || this.#held.until - Date.now() < AGAIN) return;
      this.#renewAfter(AGAIN, spent);
    });
  }

  #renewAfter(wait: number, spent: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renewBeside(spent), wait);
  }

  #end(ending: Ending): null {
    if (this.#ended) return null;
    this.#ended = true;
    this.#held = null;
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener(ending);
    return null;
  }
}
