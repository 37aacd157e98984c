import { Client, DatabaseError } from 'pg';
import type { TestDatabase } from './test-database.ts';

/** A PostgreSQL role of the product. */
export type ProductRole = 'api' | 'auth' | 'owner';

/** Connections as the product's roles, without the data layer. */
export interface RoleConnections {
  /**
   * Runs a statement as a role in a transaction and rolls it back.
   * @param viewer the viewer's id, or null for none
   * @param settings settings of the transaction
   * @returns the number of rows, or the SQLSTATE of the error
   */
  runAs(
    role: ProductRole,
    viewer: string | null,
    text: string,
    values?: unknown[],
    settings?: Readonly<Record<string, string>>,
  ): Promise<number | null | string | undefined>;
  end(): Promise<void>;
}

/** The SQLSTATE of a missing privilege, and of a row that violates a policy. */
export const INSUFFICIENT_PRIVILEGE = '42501';

/** Opens one connection as each role. */
export async function connectRoles(database: TestDatabase): Promise<RoleConnections> {
  const connect = async (connectionString: string) => {
    const client = new Client({ connectionString });
    await client.connect();
    return client;
  };
  const clients = {
    api: await connect(database.api),
    auth: await connect(database.auth),
    owner: await connect(database.owner),
  };
  return {
    async runAs(role, viewer, text, values = [], settings = {}) {
      const client = clients[role];
      await client.query('begin');
      try {
        const all = viewer === null ? settings : { ...settings, 'app.viewer_id': viewer };
        for (const setting of Object.entries(all)) await client.query('select set_config($1, $2, true)', setting);
        return (await client.query(text, values)).rowCount;
      } catch (error) {
        if (error instanceof DatabaseError) return error.code;
        throw error;
      } finally {
        await client.query('rollback');
      }
    },
    async end() {
      for (const client of Object.values(clients)) await client.end();
    },
  };
}
