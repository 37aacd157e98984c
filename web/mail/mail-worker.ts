import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { log, logOutage } from '../log.ts';
import type { MailKind } from './mail-kind.ts';
import type { DeliverMail, Mail } from './mail-transport.ts';

/** A mail in the outbox. */
export interface QueuedMail {
  readonly id: string;
  readonly kind: MailKind;
  readonly userId: string | null;
  readonly address: string | null;
  readonly createdAt: Date;
  /** Attempts to send it, this one included. */
  readonly attempts: number;
}

/** Returns the mail to send, with a new link if its kind has one; null if there is nothing to send any more. */
export type ComposeMail = (queued: QueuedMail) => Promise<Mail | null>;

/** What sends the mails of the outbox. */
export interface MailSender {
  readonly database: Pick<Pool, 'query'>;
  readonly compose: ComposeMail;
  readonly deliver: DeliverMail;
}

/**
 * Takes the next mail that is due, and schedules its next attempt: after two minutes, four, eight, at most an hour. Two
 * minutes are longer than an attempt can take, so other processes leave the mail alone meanwhile, without a transaction
 * that stays open while a mail server answers.
 */
const TAKE = {
  name: 'take_mail',
  text: `
    update mail_outbox set
      attempts = attempts + 1,
      next_attempt_at = clock_timestamp() + least(interval '2 minutes' * power(2, least(attempts, 10)), interval '1 hour')
    where id = (
      select id from mail_outbox where failed_at is null and next_attempt_at <= clock_timestamp()
      order by next_attempt_at limit 1 for update skip locked)
    returning id, kind, user_id as "userId", address, created_at as "createdAt", attempts,
      created_at < clock_timestamp() - interval '1 day' as "tooOld", clock_timestamp()::text as "takenAt"`,
};

/**
 * Deletes a mail that was sent, and its repetitions: a user who asked five times while the server was away gets one. The
 * time is PostgreSQL's, as text: a Date would lose the microseconds, and with them a repetition of the same millisecond.
 */
const DELETE = {
  name: 'delete_mail',
  text: `
    delete from mail_outbox where id = $1 or id in (
      select other.id from mail_outbox other join mail_outbox sent on sent.id = $1
        and other.kind = sent.kind and other.user_id is not distinct from sent.user_id
        and other.address is not distinct from sent.address
      where other.failed_at is null and other.created_at <= $2 and other.next_attempt_at <= clock_timestamp()
      for update of other skip locked)`,
};

const FAIL = {
  name: 'fail_mail',
  text: `update mail_outbox set last_error = $2, failed_at = case when $3 then clock_timestamp() end where id = $1`,
};

/** The properties of nodemailer's errors that may be logged; the others contain addresses. */
interface DeliveryError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  /** Whether the server refuses the mail for good (5xx). */
  readonly permanent?: unknown;
  readonly command?: unknown;
}

/** The commands whose permanent refusal concerns this one mail; a refused AUTH or MAIL FROM concerns the settings. */
const MAIL_COMMANDS: readonly unknown[] = ['RCPT TO', 'DATA'];

/**
 * Sends the next mail that is due. A mail that cannot be sent stays in the outbox until its next attempt; one that the
 * server refuses for good, or that is older than a day, is given up.
 * @param onTake called when there is one, before it is sent
 * @returns whether there was one
 * @throws the database's error
 */
export async function sendNextMail({ database, compose, deliver }: MailSender, onTake = () => {}): Promise<boolean> {
  const { rows } = await database.query<QueuedMail & { readonly tooOld: boolean; readonly takenAt: string }>(TAKE);
  const [queued] = rows;
  if (queued === undefined) return false;
  onTake();
  const { id, kind, attempts } = queued;
  const giveUp = async (lastError: string) => {
    await database.query({ ...FAIL, values: [id, lastError, true] });
    log.error({ event: 'mail', id, kind, attempts, lastError }, 'a mail was given up');
  };
  if (queued.tooOld) {
    await giveUp('TOO_OLD');
    return true;
  }
  const mail = await compose(queued);
  try {
    if (mail !== null) await deliver(mail);
  } catch (error) {
    const { code, responseCode, permanent, command }: Partial<DeliveryError> = error instanceof Error ? error : {};
    const lastError = `${code ?? 'UNKNOWN'} ${responseCode ?? ''}`.trim().slice(0, 100);
    if (permanent === true && MAIL_COMMANDS.includes(command)) await giveUp(lastError);
    else {
      await database.query({ ...FAIL, values: [id, lastError, false] });
      log.warn({ event: 'mail', id, kind, attempts, lastError }, 'a mail could not be sent; it is sent later');
    }
    return true;
  }
  await database.query({ ...DELETE, values: [id, queued.takenAt] });
  if (mail !== null) log.info({ event: 'mail', id, kind, attempts }, 'a mail was sent');
  return true;
}

/** How the outbox is worked through; the defaults are for production. */
export interface WorkerOptions {
  /** Milliseconds between two polls of the outbox. Default: 2,000. */
  readonly interval?: number;
  /** The most mails at a time. Default: 4. */
  readonly concurrency?: number;
}

/**
 * Sends the mails of the outbox until it is stopped. Any number of processes may do so. One sender polls the outbox; a
 * sender that takes a mail starts the next one, so that a slow mail server delays no other mail.
 * @returns a function that stops it; resolves when the mails that are being sent have been
 */
export function startMailWorker(
  sender: MailSender,
  { interval = 2_000, concurrency = 4 }: WorkerOptions = {},
): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const senders = new Set<Promise<void>>();
  function startSender(): void {
    if (signal.aborted || senders.size >= concurrency) return;
    const running = sendAll().finally(() => senders.delete(running));
    senders.add(running);
  }
  async function sendAll(): Promise<void> {
    try {
      let hasMore = true;
      while (hasMore && !signal.aborted) hasMore = await sendNextMail(sender, startSender);
    } catch (error) {
      logOutage(error, 'the outbox of mails could not be read; mails are sent later');
    }
  }
  async function poll(): Promise<void> {
    while (!signal.aborted) {
      startSender();
      await delay(interval, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
  const polling = poll();
  return async () => {
    stop.abort();
    await Promise.all([polling, ...senders]);
  };
}
