import { EntitySchema } from 'typeorm';

/** What happened to an account. */
export type AuthEventKind =
  | 'SIGN_UP'
  | 'SIGN_IN'
  | 'SIGN_OUT'
  | 'RENEWAL'
  | 'PASSWORD_CHANGED'
  | 'ROLE_CHANGED'
  | 'EVERY_OWNER_READ'
  | 'SECOND_FACTOR_ENABLED'
  | 'SECOND_FACTOR_DISABLED'
  | 'SECOND_FACTOR_CHECKED'
  | 'BACKUP_CODES_CREATED'
  | 'PASSKEY_ADDED'
  | 'PASSKEY_CHANGED'
  | 'PASSKEY_REMOVED'
  | 'STEP_UP';

/** How it ended. */
export type AuthEventOutcome = 'SUCCEEDED' | 'FAILED' | 'REFUSED' | 'LIMITED';

/** An entry of the security log. */
export interface AuthEventRow {
  readonly id: string;
  /** The account; null if it is unknown. */
  readonly userId: string | null;
  readonly kind: AuthEventKind;
  readonly outcome: AuthEventOutcome;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly detail: string | null;
  readonly createdAt: Date;
}

/** `auth.auth_event`: the web app writes it, the API reads it. */
export const AuthEventEntity = new EntitySchema<AuthEventRow>({
  name: 'AuthEvent',
  schema: 'auth',
  tableName: 'auth_event',
  columns: {
    id: { type: 'uuid', primary: true },
    userId: { name: 'user_id', type: 'uuid', nullable: true },
    kind: { type: 'text' },
    outcome: { type: 'text' },
    address: { type: 'text', nullable: true },
    userAgent: { name: 'user_agent', type: 'text', nullable: true },
    detail: { type: 'text', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
