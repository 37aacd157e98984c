import { Client } from 'pg';
import { newIdentifier } from '../../server/data/identifier.ts';

/** A task as a test lays it down. */
export interface Seed {
  readonly title?: string;
  readonly position?: number;
}

/** Looks and writes where no role of the product may: as the superuser. */
export interface Superuser {
  rows<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Makes an account and answers with its id. */
  person(name: string): Promise<string>;
  /** Lays down a task of this user and answers with its id. */
  task(userId: string, seed?: Seed): Promise<string>;
  end(): Promise<void>;
}

/** Connects as the superuser of a test database. */
export async function superuser(url: string): Promise<Superuser> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  const rows = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query(text, [...values])).rows as Row[];
  return {
    rows,
    async person(name) {
      const id = newIdentifier();
      const insert = `insert into auth."user" (id, name, email, email_verified, role) values ($1, $2, $3, true, 'USER')`;
      await rows(insert, [id, name, `${name}@example.com`]);
      return id;
    },
    async task(userId, { title = 'a task', position = 0 } = {}) {
      const id = newIdentifier();
      const insert = 'insert into app.task (user_id, id, title, position) values ($1, $2, $3, $4)';
      await rows(insert, [userId, id, title, position]);
      return id;
    },
    end: () => client.end(),
  };
}
