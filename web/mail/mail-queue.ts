import type { Pool } from 'pg';
import { errorFields, log } from '../log.ts';
import type { MailKind } from './mail-kind.ts';
import type { MailMode } from './mail-mode.ts';

/** Who a mail is for. */
export interface MailRecipient {
  /** The account; absent if only an address is known, which may have no account. */
  readonly userId?: string;
  /** Default: the address that the account has when the mail is sent. */
  readonly address?: string;
}

/** The queue of mails. */
export interface MailQueue {
  /** Whether this installation sends mails. */
  readonly enabled: boolean;
  /**
   * Queues a mail; does nothing if mail is off. The worker sends it, so that the time of the request does not depend on
   * the recipient.
   * @throws the database's error: the request has not succeeded then
   */
  readonly add: (kind: MailKind, recipient: MailRecipient) => Promise<void>;
  /**
   * Queues a notice about a change that has already happened. It never rejects: the change must not appear to have
   * failed. The log has a notice that could not be queued.
   */
  readonly queueMail: (kind: MailKind, userId: string) => Promise<void>;
}

const INSERT = { name: 'mail_outbox', text: 'insert into mail_outbox (kind, user_id, address) values ($1, $2, $3)' };

/** Creates the queue over the accounts database. */
export function createMailQueue(database: Pick<Pool, 'query'>, mode: MailMode): MailQueue {
  const enabled = mode !== 'off';
  const add: MailQueue['add'] = async (kind, { userId = null, address = null }: NullableRecipient) => {
    if (enabled) await database.query({ ...INSERT, values: [kind, userId, address] });
  };
  return {
    enabled,
    add,
    queueMail: (kind, userId) =>
      add(kind, { userId }).catch((error: unknown) =>
        log.error({ event: 'mail', kind, userId, ...errorFields(error) }, 'a mail was not queued'),
      ),
  };
}

interface NullableRecipient {
  readonly userId?: string | null;
  readonly address?: string | null;
}
