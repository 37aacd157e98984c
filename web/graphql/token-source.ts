import type { Tabs } from './browser-tabs.ts';

/** A token fresh from the server. */
export interface IssuedToken {
  readonly token: string;
  /** Seconds until it ends, by the server's count: only differences are taken from the local clock. */
  readonly expiresIn: number;
  /** Whom it speaks of. */
  readonly userId: string;
}

/** Fetches a token. Rejects when the server is away; an ended session is an answer. */
export type FetchToken = () => Promise<IssuedToken | 'session-ended'>;

/**
 * Why a token source has no more tokens: somebody pressed "Sign out" in one of the tabs; the session ended by itself;
 * or the cookie now belongs to somebody else, who signed in while this tab slept.
 */
export type SessionEnd = 'signed-out' | 'session-ended' | 'other-user';

interface CachedToken {
  readonly token: string;
  /** When it ends, and when to look for the next, in milliseconds by the local clock. */
  readonly expiresAt: number;
  readonly renewAt: number;
}

/** Renew when five minutes are left, or a third of a life that is short (US5), in milliseconds. */
const RENEW_BEFORE_EXPIRY = 300_000;
/** After a renewal that failed, until the next attempt while nobody waits, in milliseconds. */
const RETRY_DELAY = 10_000;
/** With less than this left a token may end on its way to the API: wait for the next one, in milliseconds. */
const MIN_REMAINING = 5_000;

/**
 * The access token of this tab: in memory alone, renewed before it ends, one renewal at a time over all tabs.
 * The constructor touches nothing, so that a server may render with one; `connect` takes up the work.
 */
export class TokenSource {
  readonly #userId: string;
  readonly #fetchToken: FetchToken;
  readonly #tabs: Tabs;
  readonly #listeners = new Set<(ending: SessionEnd) => void>();
  #cached: CachedToken | null = null;
  #renewal: Promise<string | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(options: { userId: string; mint: FetchToken; tabs: Tabs }) {
    this.#userId = options.userId;
    this.#fetchToken = options.mint;
    this.#tabs = options.tabs;
  }

  /** Listens to the other tabs until the returned function is called. */
  connect(): () => void {
    const stopListening = this.#tabs.listen((message) => {
      if (message.kind === 'signed-out') this.#endSession('signed-out');
      // Somebody else has signed in over there: the cookie, which all tabs share, is theirs now.
      else if (message.userId !== this.#userId) this.#endSession('other-user');
      else if (message.expiresAt > (this.#cached?.expiresAt ?? 0)) this.#store(message.token, message.expiresAt);
    });
    return () => {
      stopListening();
      clearTimeout(this.#timer);
    };
  }

  /** Calls `listener` once there will be no more tokens. */
  onEnd(listener: (ending: SessionEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A token that will last the request; null when the session has ended.
   * @throws what minting throws when the server is away and no token is left
   */
  async get(): Promise<string | null> {
    const cached = this.#cached;
    if (cached === null || cached.expiresAt - Date.now() < MIN_REMAINING) return this.renew(cached?.token);
    if (Date.now() >= cached.renewAt) this.#renewInBackground(cached.token);
    return cached.token;
  }

  /**
   * A token other than `spent`, which the API has refused or which is about to end; null when the session has ended.
   * Callers in one tab share a renewal; tabs take turns, and find what the one before them got.
   * @throws what minting throws when the server is away
   */
  renew(staleToken?: string): Promise<string | null> {
    if (this.#ended) return Promise.resolve(null);
    const fresh = this.#freshToken(staleToken);
    if (fresh !== null) return Promise.resolve(fresh);
    this.#renewal ??= this.#tabs
      .exclusive(() => this.#renewExclusively(staleToken))
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** Forgets the token, here and in every other tab. */
  signOut(): void {
    this.#tabs.post({ kind: 'signed-out' });
    this.#endSession('signed-out');
  }

  /** The token at hand, when it is good for a while and not the one that was spent. */
  #freshToken(staleToken: string | undefined): string | null {
    const cached = this.#cached;
    return cached !== null && cached.token !== staleToken && Date.now() < cached.renewAt ? cached.token : null;
  }

  async #renewExclusively(staleToken: string | undefined): Promise<string | null> {
    if (this.#ended) return null;
    const fresh = this.#freshToken(staleToken);
    if (fresh !== null) return fresh;
    const issued = await this.#fetchToken();
    // Signed out while the answer was on its way: it must not revive what was ended.
    if (this.#ended) return null;
    if (issued === 'session-ended') return this.#endSession('session-ended');
    if (issued.userId !== this.#userId) return this.#endSession('other-user');
    const expiresAt = Date.now() + issued.expiresIn * 1_000;
    this.#store(issued.token, expiresAt);
    this.#tabs.post({ kind: 'token', userId: this.#userId, token: issued.token, expiresAt });
    return issued.token;
  }

  #store(token: string, expiresAt: number): void {
    if (this.#ended) return;
    const lifetime = expiresAt - Date.now();
    const renewAt = expiresAt - Math.min(RENEW_BEFORE_EXPIRY, lifetime / 3);
    this.#cached = { token, expiresAt, renewAt };
    this.#renewAfter(Math.max(0, renewAt - Date.now()), token);
  }

  /** Renews while nobody waits. After a failure again, for as long as the old token serves; then a request will ask. */
  #renewInBackground(staleToken: string): void {
    this.renew(staleToken).catch(() => {
      if (this.#cached?.token !== staleToken || this.#cached.expiresAt - Date.now() < RETRY_DELAY) return;
      this.#renewAfter(RETRY_DELAY, staleToken);
    });
  }

  #renewAfter(wait: number, staleToken: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renewInBackground(staleToken), wait);
  }

  #endSession(ending: SessionEnd): null {
    if (this.#ended) return null;
    this.#ended = true;
    this.#cached = null;
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener(ending);
    return null;
  }
}
