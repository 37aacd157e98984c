import { type FileKey, KEY_ACTIVATION_DELAY, selectSigningKey } from '../../../runtime/key-file.ts';
import { OperatorError } from '../../operations/operator-error.ts';

/** The allowed clock difference between processes and the interval at which they reload keys, in seconds. */
const PROPAGATION_SECONDS = 60;

/** The state of a key. */
export interface KeyState {
  readonly kid: string;
  /** A `published` key verifies and does not sign yet; a `retiring` key verifies the tokens that it has signed. */
  readonly state: 'published' | 'signs' | 'retiring';
  /** When it starts to sign, in seconds since the epoch. */
  readonly signsFrom: number;
  /** When the last token that it has signed expires, in seconds since the epoch; undefined until it is retiring. */
  readonly idleFrom: number | undefined;
}

/**
 * Returns the state of each key, the latest first.
 * @param lifetime the longest lifetime of a token, in seconds
 * @param now seconds since the epoch
 */
export function keyStates(keys: readonly FileKey[], lifetime: number, now: number): readonly KeyState[] {
  const signing = selectSigningKey(keys, now);
  // Of two keys with the same time, the one that comes later in the file signs: the sort is stable.
  return keys
    .toReversed()
    .toSorted((a, b) => b.signsFrom - a.signsFrom)
    .map(({ kid, signsFrom }, index, all) => {
      const successor = all[index - 1];
      const isRetiring = kid !== signing?.kid && signsFrom <= now && successor !== undefined;
      return {
        kid,
        signsFrom,
        state: kid === signing?.kid ? 'signs' : isRetiring ? 'retiring' : 'published',
        idleFrom: isRetiring ? successor.signsFrom + lifetime + PROPAGATION_SECONDS : undefined,
      };
    });
}

/**
 * Returns the keys with a new one, which verifies now and signs when every verifier has had time to load it.
 * @param createKey creates the key
 * @param options.immediately makes it sign now: requests may be refused until the last verifier has loaded it
 * @throws {OperatorError} while another key is published and does not sign yet: with two it is unclear which one signs next
 */
export function rotateKeys(
  keys: readonly FileKey[],
  createKey: (signsFrom: number) => FileKey,
  { now, immediately }: { readonly now: number; readonly immediately: boolean },
): readonly FileKey[] {
  if (immediately) return [...keys, createKey(now)];
  const next = keys.find(({ signsFrom }) => signsFrom > now);
  if (next !== undefined)
    throw new OperatorError(
      `The key ${next.kid} is published and signs from ${formatTime(next.signsFrom)}: rotate after that.`,
    );
  return [...keys, createKey(now + KEY_ACTIVATION_DELAY)];
}

/**
 * Returns the keys without one.
 * @param options.immediately removes it although tokens that it has signed are still valid: they are refused from then on
 * @throws {OperatorError} if there is no such key, if it signs, or if its tokens are still valid
 */
export function retireKey(
  keys: readonly FileKey[],
  kid: string,
  { lifetime, now, immediately }: { readonly lifetime: number; readonly now: number; readonly immediately: boolean },
): readonly FileKey[] {
  const key = keyStates(keys, lifetime, now).find((one) => one.kid === kid);
  if (key === undefined) throw new OperatorError(`There is no key ${kid}: \`npm run keys -- list\` prints the ids.`);
  if (key.state === 'signs')
    throw new OperatorError(
      `The key ${kid} signs: run \`npm run keys -- rotate\` first, and retire it when the new key signs.`,
    );
  if (key.idleFrom !== undefined && key.idleFrom > now && !immediately)
    throw new OperatorError(
      `Tokens signed with ${kid} are valid until ${formatTime(key.idleFrom)}: retire it after that, or refuse them at once with \`npm run keys -- retire ${kid} --now\`.`,
    );
  return keys.filter((one) => one.kid !== kid);
}

/** Formats a time in UTC, to the second. */
export function formatTime(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
