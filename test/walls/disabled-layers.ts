import type { Pool, PoolClient } from 'pg';

/** A pool whose statements a test sees, and can change on their way: how a wall is made to fail. */
export interface RecordingPool {
  readonly pool: Pool;
  /** The text of every statement so far, as it was sent. */
  readonly statements: string[];
}

type RewriteStatement = (text: string) => string;

/** Watches a pool. */
export function recordStatements(pool: Pool, rewrite: RewriteStatement = (text) => text): RecordingPool {
  const statements: string[] = [];
  const connect = async () => recordingClient(await pool.connect(), statements, rewrite);
  return { pool: Object.create(pool, { connect: { value: connect } }) as Pool, statements };
}

function recordingClient(client: PoolClient, statements: string[], rewrite: RewriteStatement): PoolClient {
  const query = (submitted: { text: string }) => {
    submitted.text = rewrite(submitted.text);
    statements.push(submitted.text);
    return client.query(submitted);
  };
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = name === 'query' ? query : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Wall 2 fallen: the owner's condition in every WHERE is always true, whoever asks. */
export function withoutOwnerCondition(text: string): string {
  const isUser = text.includes('FROM "auth"."user"');
  return text.replaceAll(isUser ? /"id" = (\$\d+)/g : /"user_id" = (\$\d+)/g, '($1::uuid is not null)');
}

/** Wall 3 fallen: row security is off. To be run as the superuser. */
export const DISABLE_ROW_SECURITY = `
  alter table app.step no force row level security;
  alter table app.step disable row level security;
  alter table app.task no force row level security;
  alter table app.task disable row level security;
  alter table auth.auth_event no force row level security;
  alter table auth.auth_event disable row level security;
  alter table auth."user" no force row level security;
  alter table auth."user" disable row level security`;
