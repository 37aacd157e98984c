import { EntitySchema } from 'typeorm';
import type { SelectedRow, Timestamp } from '../query/owned-statements.ts';

/** An account, with the columns that the API's role may read. */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: 'USER' | 'ADMIN';
  readonly createdAt: Timestamp;
}

/** An account with the selected columns. */
export type SelectedUser = SelectedRow<UserRow>;

/** `auth.user`: Better Auth writes it, the API reads the viewer's own row. */
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
