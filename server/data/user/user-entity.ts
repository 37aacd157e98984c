import { EntitySchema } from 'typeorm';
import type { SelectedRow } from '../query/owned-statements.ts';

/** An account as the API sees it: the columns that its role was granted, and no others. */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: 'USER' | 'ADMIN';
  readonly createdAt: Date;
}

/** An account with the columns that were asked for. */
export type SelectedUser = SelectedRow<UserRow>;

/** Belongs to Better Auth; the API reads the viewer's own row. */
export const UserEntity = new EntitySchema<UserRow>({
  name: 'User',
  schema: 'auth',
  tableName: 'user',
  columns: {
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    email: { type: 'text' },
    emailVerified: { name: 'email_verified', type: 'boolean' },
    role: { type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
