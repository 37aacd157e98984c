import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { COOKIE_PREFIX } from './session-cookie.ts';

/**
 * How a browser became known for an account: `device` by full authentication, `reset` by a completed password reset by
 * mail, which does not prove the second factor.
 */
export type DeviceKind = 'device' | 'reset';

/** One entry of the device cookie, not verified. */
export interface DeviceEntry {
  readonly kind: DeviceKind;
  readonly userId: string;
  /** Identifies the browser; new for each entry. */
  readonly nonce: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** The signature. */
  readonly tag: string;
}

/** The account that an entry is bound to. */
export interface DeviceAccount {
  readonly userId: string;
  /** The hash of the present password, null without one: an entry is void after the password has changed. */
  readonly passwordHash: string | null;
}

/** Seconds until an entry expires. Browsers keep a cookie for 400 days at most (RFC 6265bis §5.5). */
const LIFETIME: Readonly<Record<DeviceKind, number>> = { device: 400 * 86_400, reset: 3_600 };

/** The `Max-Age` of the cookie, in seconds. */
export const DEVICE_COOKIE_MAX_AGE = LIFETIME.device;

/** The most accounts that a browser is known for: a household shares one. */
const MAX_ENTRIES = 5;

const ENTRY =
  /^(?<kind>device|reset)\.(?<userId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?<nonce>[\w-]{22})\.(?<issuedAt>\d{1,12})\.(?<tag>[\w-]{43})$/;

/**
 * Returns the name of the device cookie, with the prefix `__Secure-` on https (see `sessionCookieName`).
 * @param webUrl the web app's origin
 */
export function deviceCookieName(webUrl: string): string {
  return `${webUrl.startsWith('https://') ? '__Secure-' : ''}${COOKIE_PREFIX}.device`;
}

/** Returns the value of the cookie with these entries. */
const formatEntries = (entries: readonly DeviceEntry[]): string =>
  entries.map(({ kind, userId, nonce, issuedAt, tag }) => [kind, userId, nonce, issuedAt, tag].join('.')).join('~');

/**
 * Returns the entries of a cookie that have the form of one and have not expired. Their signatures are not verified.
 * @param now milliseconds since the epoch
 */
export function parseDeviceCookie(value: string | undefined, now = Date.now()): readonly DeviceEntry[] {
  return (value ?? '')
    .split('~', MAX_ENTRIES)
    .flatMap((text) => {
      const { kind, userId = '', nonce = '', issuedAt = '', tag = '' } = ENTRY.exec(text)?.groups ?? {};
      return kind === undefined ? [] : [{ kind: kind as DeviceKind, userId, nonce, issuedAt: Number(issuedAt), tag }];
    })
    .filter(({ kind, issuedAt }) => now < (issuedAt + LIFETIME[kind]) * 1_000);
}

/** Signs and verifies entries of device cookies. */
export interface DeviceCookies {
  /**
   * Returns the value of a cookie that makes a browser known for an account, with the entries of other accounts kept.
   * @param value the browser's present cookie
   * @param now milliseconds since the epoch
   */
  issue(kind: DeviceKind, account: DeviceAccount, value: string | undefined, now?: number): string;
  /** Returns whether an entry was issued for this account and its present password. */
  isValid(entry: DeviceEntry, account: DeviceAccount): boolean;
}

/**
 * Creates the signer of device cookies (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). An entry is no
 * proof of identity: it lets a browser guess at one account's password apart from strangers.
 * @param secret BETTER_AUTH_SECRET; the key is derived from it, so that no other signature is valid here
 */
export function createDeviceCookies(secret: string): DeviceCookies {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'fieldgate device cookie', 32));
  const sign = ({ kind, nonce, issuedAt }: Omit<DeviceEntry, 'tag'>, { userId, passwordHash }: DeviceAccount) =>
    createHmac('sha256', key)
      .update(JSON.stringify([kind, userId, nonce, issuedAt, passwordHash]))
      .digest('base64url');
  return {
    issue(kind, account, value, now = Date.now()) {
      const { userId } = account;
      const entry = { kind, userId, nonce: randomBytes(16).toString('base64url'), issuedAt: Math.floor(now / 1_000) };
      const others = parseDeviceCookie(value, now).filter((other) => other.userId !== userId);
      return formatEntries([{ ...entry, tag: sign(entry, account) }, ...others].slice(0, MAX_ENTRIES));
    },
    isValid: (entry, account) =>
      entry.userId === account.userId && timingSafeEqual(Buffer.from(entry.tag), Buffer.from(sign(entry, account))),
  };
}
