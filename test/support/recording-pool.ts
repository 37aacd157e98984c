import type { ClientBase, Pool, PoolClient } from 'pg';

/** What a test does to the statements of a connection. A test may set and clear hooks between statements. */
export interface StatementHooks {
  /** Returns the text that is sent in place of a statement's, with the statement's own name and values. */
  rewrite?: ((text: string) => string) | undefined;
  /** Returns a statement without values that is sent instead of this one, or null to send this one. */
  replace?: ((text: string) => string | null) | undefined;
  /** Runs before a statement is sent; the statement waits for it. */
  before?: ((text: string) => Promise<void>) | undefined;
  /** Runs when PostgreSQL has answered a statement sent without a callback, before the caller gets the result. */
  after?: ((text: string) => void) | undefined;
}

/** A pool whose statements are recorded. */
export interface RecordingPool {
  readonly pool: Pool;
  /** The text of every statement so far, as sent; a test may empty it. */
  readonly statements: string[];
}

/** A statement as pg takes it: its text, a config object, or a `Query`. */
type Submitted = string | { text: string; name?: string; values?: unknown[] };
type Release = (error?: Error | boolean) => void;
type ConnectCallback = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void;

/** Returns a view of the pool that records, and with `hooks` changes or delays, every statement of its connections. */
export function recordStatements(pool: Pool, hooks: StatementHooks = {}): RecordingPool {
  const statements: string[] = [];
  const watch = (client: PoolClient) => watchClient(client, hooks, statements);
  // `pool.query` connects with a callback.
  const connect = (callback?: ConnectCallback) =>
    callback === undefined
      ? pool.connect().then(watch)
      : pool.connect((error, client, release) => callback(error, client && watch(client), release));
  return { pool: Object.create(pool, { connect: { value: connect } }) as Pool, statements };
}

/** Returns a view of the client that appends the text of every statement to `statements` and runs `hooks` on it. */
export function watchClient<Client extends ClientBase>(
  client: Client,
  hooks: StatementHooks,
  statements: string[] = [],
): Client {
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  const query = (submitted: Submitted, ...rest: unknown[]) => {
    const statement = applyHooks(submitted, hooks);
    const text = textOf(statement);
    statements.push(text);
    const { before, after } = hooks;
    // Synchronous unless a hook waits: the data layer pipelines its statements.
    if (before === undefined && after === undefined) return send(statement, ...rest);
    return (async () => {
      await before?.(text);
      const result = await send(statement, ...rest);
      after?.(text);
      return result;
    })();
  };
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = name === 'query' ? query : Reflect.get(target, name);
      // As if nothing were prepared: a statement that shares a connection is written with others, past the hooks.
      if (name === 'connection' && Object.values(hooks).some((hook) => hook !== undefined))
        return Object.create(value as object, { parsedStatements: { value: {} } });
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function applyHooks(submitted: Submitted, { rewrite, replace }: StatementHooks): Submitted {
  const text = textOf(submitted);
  const replacement = replace?.(text) ?? null;
  const sent = replacement ?? rewrite?.(text) ?? text;
  if (typeof submitted === 'string') return sent;
  if (sent !== text) submitted.text = sent;
  // Under another name: PostgreSQL keeps the text that it prepared under a name.
  if (replacement !== null) Object.assign(submitted, { name: replacement.slice(0, 60), values: [] });
  return submitted;
}

function textOf(submitted: Submitted): string {
  return typeof submitted === 'string' ? submitted : submitted.text;
}
