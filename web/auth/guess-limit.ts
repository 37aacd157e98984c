import { createHmac, hkdfSync } from 'node:crypto';
import { parseCookies } from 'better-auth/cookies';
import type { Pool } from 'pg';
import { webMetrics } from '../http/metrics.ts';
import { errorFields, log } from '../log.ts';
import { type DeviceCookies, type DeviceEntry, parseDeviceCookie } from './device-cookie.ts';
import type { AttemptCounter, RateLimit } from './rate-limit.ts';

/** The most wrong guesses at an account from strangers in any hour; also those of one known browser, or of one session. */
export const GUESS_LIMIT: RateLimit = { most: 10, window: 3_600_000 };

/** A counted guess at a password or a code. */
export type Guess =
  | {
      readonly admitted: true;
      /** Removes the guess from the count, since it was right or was not tried. It never rejects. */
      giveBack(): Promise<void>;
    }
  /** Seconds until a guess can be admitted, at least 1. */
  | { readonly admitted: false; readonly retryAfter: number };

/** Counts guesses at accounts, for all processes together, before they are checked. */
export interface GuessLimit {
  /**
   * Counts a guess of a client without a session: at the password of an account, or at its second factor. All strangers
   * together have ten an hour; a browser that the account knows (device cookie) has ten of its own, so that strangers
   * cannot keep the owner out. Unknown addresses are counted alike.
   * @param headers the request's, with its cookies
   * @throws the database's error if it cannot count
   */
  takeForAccount(headers: Headers, email: string): Promise<Guess>;
  /**
   * Counts a guess of a client with a session: a thief of the session has ten an hour, and cannot use up those of
   * the owner's other sessions.
   * @throws the database's error if it cannot count
   */
  takeForSession(sessionId: string): Promise<Guess>;
}

/** What `createGuessLimit` needs. */
export interface GuessLimitOptions {
  readonly database: Pick<Pool, 'query'>;
  readonly counter: AttemptCounter;
  readonly devices: DeviceCookies;
  /** The name of the device cookie. */
  readonly cookieName: string;
  /** BETTER_AUTH_SECRET; the key of the HMAC is derived from it. */
  readonly secret: string;
}

interface AccountRow {
  readonly id: string;
  readonly password: string | null;
}

/** Finds the account of an address among those that a cookie claims. A cookie for another account finds none. */
const FIND_ACCOUNT = {
  name: 'account_of_device',
  text: `select u.id, a.password from "user" u
    left join account a on a.user_id = u.id and a.provider_id = 'credential'
    where u.id = any ($1::uuid[]) and u.email = $2`,
};

/** Returns the key under which the guesses of an entry count: mail gives any number of resets, but no more guesses. */
const keyOfDevice = ({ kind, nonce, userId }: DeviceEntry) =>
  kind === 'device' ? `device ${nonce}` : `reset ${userId}`;

/** Creates the limit on guesses at accounts. */
export function createGuessLimit({ database, counter, devices, cookieName, secret }: GuessLimitOptions): GuessLimit {
  const hmacKey = Buffer.from(hkdfSync('sha256', secret, '', 'fieldgate guess limit', 32));

  async function take(subject: string): Promise<Guess> {
    // The table must hold no addresses.
    const key = `guess ${createHmac('sha256', hmacKey).update(subject).digest('base64url')}`;
    const attempt = await counter.take(key, GUESS_LIMIT);
    if (!attempt.admitted) {
      webMetrics()?.limited('account');
      return attempt;
    }
    const giveBack = async () => {
      try {
        await counter.giveBack(key, attempt.admittedAt);
      } catch (error) {
        log.warn(errorFields(error), 'a right guess still counts against the limit');
      }
    };
    return { admitted: true, giveBack };
  }

  async function knownDevice(headers: Headers, email: string): Promise<DeviceEntry | undefined> {
    const entries = parseDeviceCookie(parseCookies(headers.get('cookie') ?? '').get(cookieName));
    if (entries.length === 0) return undefined;
    const userIds = entries.map(({ userId }) => userId);
    const { rows } = await database.query<AccountRow>({ ...FIND_ACCOUNT, values: [userIds, email] });
    const [account] = rows;
    if (account === undefined) return undefined;
    return entries.find((entry) => devices.isValid(entry, { userId: account.id, passwordHash: account.password }));
  }

  return {
    async takeForAccount(headers, email) {
      // In lower case, as Better Auth looks addresses up.
      const folded = email.toLowerCase();
      const device = await knownDevice(headers, folded);
      return take(device === undefined ? `account ${folded}` : keyOfDevice(device));
    },
    takeForSession: (sessionId) => take(`session ${sessionId}`),
  };
}
