import { Client } from 'pg';
import { generateUuidV7 } from '../../server/uuid.ts';

/** Columns of a task or a step that a test inserts. */
export interface SeedRow {
  readonly title?: string;
  readonly position?: number;
}

/** A superuser's connection, for reads and writes that no product role may do. */
export interface Superuser {
  rows<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Inserts an account and returns its id. */
  insertUser(name: string, role?: 'USER' | 'ADMIN'): Promise<string>;
  /** Inserts an event, a failed sign-in at this time, and returns its id. */
  insertEvent(userId: string | null, createdAt?: Date): Promise<string>;
  /** Inserts a task of this user and returns its id. */
  insertTask(userId: string, seed?: SeedRow): Promise<string>;
  /** Inserts a step of a task of this user and returns its id. */
  insertStep(userId: string, taskId: string, seed?: SeedRow): Promise<string>;
  end(): Promise<void>;
}

/** Connects as the superuser of a test database. */
export async function connectSuperuser(url: string): Promise<Superuser> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  const rows = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query(text, [...values])).rows as Row[];
  return {
    rows,
    async insertUser(name, role = 'USER') {
      const id = generateUuidV7();
      const insert = `insert into auth."user" (id, name, email, email_verified, role) values ($1, $2, $3, true, $4)`;
      await rows(insert, [id, name, `${name}@example.com`, role]);
      return id;
    },
    async insertTask(userId, { title = 'a task', position = 0 } = {}) {
      const id = generateUuidV7();
      const insert = 'insert into app.task (user_id, id, title, position) values ($1, $2, $3, $4)';
      await rows(insert, [userId, id, title, position]);
      return id;
    },
    async insertEvent(userId, createdAt = new Date()) {
      const id = generateUuidV7();
      const insert = `insert into auth.auth_event (id, user_id, kind, outcome, created_at) values ($1, $2, 'SIGN_IN', 'FAILED', $3)`;
      await rows(insert, [id, userId, createdAt]);
      return id;
    },
    async insertStep(userId, taskId, { title = 'a step', position = 0 } = {}) {
      const id = generateUuidV7();
      const insert = 'insert into app.step (user_id, task_id, id, title, position) values ($1, $2, $3, $4, $5)';
      await rows(insert, [userId, taskId, id, title, position]);
      return id;
    },
    end: () => client.end(),
  };
}
