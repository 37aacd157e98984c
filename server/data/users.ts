import type { DataSource } from 'typeorm';
import { type Owners, owned } from './owned.ts';
import { shape } from './statement.ts';
import type { Run } from './transaction.ts';
import { UserEntity, type UserRow } from './user.ts';

/** The viewer's account. */
export interface Users {
  /** Null when the account is gone. */
  own(): Promise<UserRow | null>;
}

/** Prepares the statements on accounts; what it returns binds them to a viewer. */
export function users(mapping: DataSource, owners: Owners): (viewer: string, run: Run) => Users {
  const own = shape('user.own', owned(mapping, UserEntity, owners).select(), ['viewer']);
  return (viewer, run) => ({
    async own() {
      const [row] = await run<UserRow>(own.statement, own.parameters({ viewer }));
      return row ?? null;
    },
  });
}
