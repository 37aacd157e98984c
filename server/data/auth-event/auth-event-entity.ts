import { EntitySchema } from 'typeorm';
import type { AuthEventKind } from '../../../runtime/auth-event-kind.ts';
import type { Timestamp } from '../query/owned-statements.ts';

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
  readonly createdAt: Timestamp;
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
