import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { WalPosition } from './wal-position.ts';

/** How long a client sends a position, in seconds: longer than a replica may lag, and than clocks of API processes differ. */
export const POSITION_LIFETIME = 30;

/** Sixteen digits of the position, the time of expiry in seconds, and the MAC. The text form of a later position is greater. */
const FORM = /^([0-9a-f]{16})\.(\d{1,12})\.([\w-]{43})$/;

/** Seals positions for clients, and opens what clients send. */
export interface PositionSealer {
  /** Returns the sealed position: only this viewer's requests can use it, and not after `POSITION_LIFETIME`. */
  seal(viewerId: string, position: WalPosition): string;
  /** Returns the position of a value that a client sent; null if it is malformed, forged, another viewer's or expired. */
  open(viewerId: string, value: string): WalPosition | null;
}

/**
 * Creates the sealer. The MAC keeps a client from claiming an older position for another viewer's page, and from sending all
 * reads to the primary with an invented one that never expires.
 * @param secret POSITION_SECRET, the same in all API processes
 * @param now returns seconds since the epoch
 */
export function createPositionSealer(secret: string, now: () => number): PositionSealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'fieldgate read position', 32));
  const macOf = (...parts: readonly string[]) => createHmac('sha256', key).update(parts.join('.')).digest('base64url');
  return {
    seal(viewerId, position) {
      const digits = position.toString(16).padStart(16, '0');
      const expiry = String(now() + POSITION_LIFETIME);
      return `${digits}.${expiry}.${macOf(digits, expiry, viewerId)}`;
    },
    open(viewerId, value) {
      const [, digits = '', expiry = '', mac = ''] = FORM.exec(value) ?? [];
      // Texts, not bytes: a base64url digit has bits that no byte contains.
      if (mac === '' || !timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(digits, expiry, viewerId)))) return null;
      return Number(expiry) > now() ? BigInt(`0x${digits}`) : null;
    },
  };
}
