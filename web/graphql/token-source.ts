import type { Tabs } from './browser-tabs.ts';

/** A new token from the server. */
export interface IssuedToken {
  readonly token: string;
  /** Seconds until it expires: independent of the local clock being wrong. */
  readonly expiresIn: number;
  /** The user that it was issued for. */
  readonly userId: string;
}

/** Fetches a token; resolves to 'session-ended' without a session, and rejects if the server is unavailable. */
export type FetchToken = () => Promise<IssuedToken | 'session-ended'>;

/**
 * Why a token source has no more tokens: the user signed out in one of the tabs; the session expired or was revoked; or
 * another user has signed in meanwhile, to whom the cookie now belongs.
 */
export type SessionEnd = 'signed-out' | 'session-ended' | 'other-user';

interface CachedToken {
  readonly token: string;
  /** When it expires and when to renew it, in milliseconds on the local clock. */
  readonly expiresAt: number;
  readonly renewAt: number;
}

/** How long before expiry a token is renewed, in milliseconds; at most a third of its lifetime (US5). */
const RENEW_BEFORE_EXPIRY = 300_000;
/** How long after a failed background renewal the next attempt starts, in milliseconds. */
const RETRY_DELAY = 10_000;
/** A token with less time left, in milliseconds, may expire on its way to the API: requests wait for a new one. */
const MIN_REMAINING = 5_000;

/**
 * Holds the access token of this tab: in memory alone, renewed before it expires, with one renewal at a time across all
 * tabs. The constructor has no side effects, so that a server can render with it; `connect` starts the work.
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

  constructor(options: { userId: string; fetchToken: FetchToken; tabs: Tabs }) {
    this.#userId = options.userId;
    this.#fetchToken = options.fetchToken;
    this.#tabs = options.tabs;
  }

  /** Listens to the other tabs until the returned function is called. */
  connect(): () => void {
    const stopListening = this.#tabs.listen((message) => {
      if (message.kind === 'changed') return;
      if (message.kind === 'signed-out') this.#endSession('signed-out');
      // Another user has signed in there: the cookie, which all tabs share, is now theirs.
      else if (message.userId !== this.#userId) this.#endSession('other-user');
      else if (message.expiresAt > (this.#cached?.expiresAt ?? 0)) this.#store(message.token, message.expiresAt);
    });
    return () => {
      stopListening();
      clearTimeout(this.#timer);
    };
  }

  /** Calls `listener` when there are no more tokens; the returned function removes it. */
  onEnd(listener: (ending: SessionEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Returns a token that is valid long enough for a request; null if the session has ended.
   * @throws the error of fetching one if the server is unavailable and no valid token is left
   */
  async get(): Promise<string | null> {
    const cached = this.#cached;
    if (cached === null || cached.expiresAt - Date.now() < MIN_REMAINING) return this.renew(cached?.token);
    if (Date.now() >= cached.renewAt) this.#renewInBackground(cached.token);
    return cached.token;
  }

  /**
   * Returns a token other than `staleToken`, which the API has rejected or which is about to expire; null if the session
   * has ended. Callers in one tab share a renewal; tabs renew one after the other, and use the token of the one before.
   * @throws the error of fetching one if the server is unavailable
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

  /** Removes the token, here and in every other tab. */
  signOut(): void {
    this.#tabs.post({ kind: 'signed-out' });
    this.#endSession('signed-out');
  }

  /** Returns the cached token if it need not be renewed yet and is not the stale one. */
  #freshToken(staleToken: string | undefined): string | null {
    const cached = this.#cached;
    return cached !== null && cached.token !== staleToken && Date.now() < cached.renewAt ? cached.token : null;
  }

  async #renewExclusively(staleToken: string | undefined): Promise<string | null> {
    if (this.#ended) return null;
    const fresh = this.#freshToken(staleToken);
    if (fresh !== null) return fresh;
    const issued = await this.#fetchToken();
    // The user signed out during the request: its token must not restore the session.
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

  /** Renews without a waiting request. After a failure it retries until the old token expires; then `get` renews. */
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
