import type { Pool } from 'pg';
import { clientOf } from '../../runtime/http/request-client.ts';
import type { MailQueue } from '../mail/mail-queue.ts';
import { recordChange } from './security-log.ts';

/**
 * Confirms the address of a user, and voids their links: the trigger does so for a changed password, not for a first one.
 *
 * If the address was not confirmed before, another person may have signed up with it. So passkeys and providers, which
 * sign in without the new password, are removed. The second factor stays: it is no way to sign in by itself.
 */
const PROVE_ADDRESS = {
  name: 'prove_address',
  text: `
    with unproven as (select id from "user" where id = $1::uuid and not email_verified for update),
    links as (delete from verification where value collate "C" >= $1::text and value collate "C" < $1::text || '!'),
    passkeys as (delete from passkey where user_id in (select id from unproven) returning id),
    providers as (
      delete from account where user_id in (select id from unproven) and provider_id <> 'credential' returning id),
    proven as (update "user" set email_verified = true, updated_at = now() where id = $1::uuid)
    select exists (select from passkeys) as "removedPasskeys", exists (select from providers) as "removedProviders"`,
};

interface Removed {
  readonly removedPasskeys: boolean;
  readonly removedProviders: boolean;
}

/**
 * Creates Better Auth's hook for a password that was set by a mailed link, after the database has ended every session of
 * the user (migrations/1795219200700). The link proved that the address is the user's.
 */
export function passwordReset(database: Pick<Pool, 'query'>, mail: MailQueue) {
  return async ({ user }: { user: { id: string } }, request?: Request): Promise<void> => {
    const { rows } = await database.query<Removed>({ ...PROVE_ADDRESS, values: [user.id] });
    const { removedPasskeys = false, removedProviders = false } = rows[0] ?? {};
    const client = clientOf(request?.headers);
    await recordChange(database, 'PASSWORD_RESET', user.id, client);
    if (removedPasskeys) await recordChange(database, 'PASSKEY_REMOVED', user.id, client);
    if (removedProviders) await recordChange(database, 'PROVIDER_UNLINKED', user.id, client);
    await mail.queueMail('PASSWORD_CHANGED', user.id);
  };
}
