import type { Pool } from 'pg';
import type { MailQueue } from '../mail/mail-queue.ts';
import { clientOf } from './request-client.ts';
import { insertEvent } from './security-log.ts';

/**
 * Creates Better Auth's hook for a password that was set by a mailed link, after the database has ended every session of
 * the user (migrations/1795219200700) and voided their other links (migrations/1795220002000). The link proved that the
 * address is the user's.
 */
export function passwordReset(database: Pick<Pool, 'query'>, mail: MailQueue) {
  return async ({ user }: { user: { id: string } }, request?: Request): Promise<void> => {
    await database.query('update "user" set email_verified = true, updated_at = now() where id = $1', [user.id]);
    await insertEvent(database, {
      kind: 'PASSWORD_RESET',
      outcome: 'SUCCEEDED',
      userId: user.id,
      email: null,
      ...clientOf(request?.headers),
      detail: null,
    });
    await mail.queueMail('PASSWORD_CHANGED', user.id);
  };
}
