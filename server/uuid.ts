import { randomFillSync } from 'node:crypto';

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether `text` is a UUID in canonical form: lower case, with hyphens. Other spellings never match an id. */
export function isCanonicalUuid(text: string): boolean {
  return CANONICAL_UUID.test(text);
}

/** Random bytes of an id, and for how many ids they are drawn at a time: one call took longer than ten ids. */
const RANDOM_BYTES = 10;
const reserve = Buffer.alloc(128 * RANDOM_BYTES);
let used = reserve.length;

function takeRandom(): Uint8Array {
  if (used === reserve.length) {
    randomFillSync(reserve);
    used = 0;
  }
  return reserve.subarray(used, (used += RANDOM_BYTES));
}

/**
 * Generates a UUID version 7 (RFC 9562 §5.7). It sorts by creation time, so that new rows are adjacent in an index.
 * @param now milliseconds since the epoch
 * @param random at least ten random bytes
 */
export function generateUuidV7(now = Date.now(), random: Uint8Array = takeRandom()): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random.subarray(0, RANDOM_BYTES), 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
