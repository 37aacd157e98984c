/** An error of the web app, which keeps the accounts: `code` is one of the table "Errors of accounts". */
export class AccountError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Renew a token so many seconds before it expires: a request under way must not outlive it. */
const MARGIN = 60;

/** A signed-in account. The session's cookie and the access token are kept in memory only. */
export class Session {
  readonly #webUrl: string;
  readonly #cookies = new Map<string, string>();
  #token = '';
  #renewAt = 0;
  #renewal: Promise<void> | null = null;

  private constructor(webUrl: string) {
    this.#webUrl = webUrl;
  }

  /** @throws {AccountError} such as INVALID_EMAIL_OR_PASSWORD, TOO_MANY_GUESSES or SECOND_FACTOR */
  static async signIn(webUrl: string, email: string, password: string): Promise<Session> {
    const session = new Session(webUrl);
    const body = await session.#request('/sign-in/email', { email, password });
    if (body['twoFactorRedirect']) throw new AccountError('SECOND_FACTOR', 'This account needs a code to sign in.');
    session.#keepToken(body);
    return session;
  }

  /** Returns a token that is valid for a while. Concurrent callers share one renewal. */
  async token(): Promise<string> {
    if (Date.now() >= this.#renewAt) await this.renew();
    return this.#token;
  }

  /** @throws {AccountError} UNAUTHORIZED if the session has ended: sign in again */
  async renew(): Promise<void> {
    this.#renewal ??= this.#request('/access-token')
      .then((body) => this.#keepToken(body))
      .finally(() => {
        this.#renewal = null;
      });
    await this.#renewal;
  }

  /** Proves again that it is the user, for operations that answer STEP_UP_REQUIRED. */
  async confirmPassword(password: string): Promise<void> {
    await this.#request('/step-up/password', { password });
    await this.renew();
  }

  /** Ends the session: the API refuses its tokens at once. */
  async signOut(): Promise<void> {
    await this.#request('/sign-out', {});
  }

  async #request(path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.#webUrl}/api/auth${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Origin: this.#webUrl,
        Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const answer = (await response.json()) as Readonly<Record<string, unknown>>;
    if (!response.ok) throw new AccountError(String(answer['code']), String(answer['message']));
    return answer;
  }

  #keepToken({ accessToken, expiresIn }: Readonly<Record<string, unknown>>): void {
    this.#token = String(accessToken);
    this.#renewAt = Date.now() + (Number(expiresIn) - MARGIN) * 1_000;
  }
}
