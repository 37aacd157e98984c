import { type FileKey, KEY_ACTIVATION_DELAY, selectSigningKey } from '../../../runtime/key-file.ts';
import { OperatorError } from '../../operations/operator-error.ts';

/** Seconds by which the clocks of the processes may differ, and in which they learn of a change. */
const PROPAGATION_SECONDS = 60;

/** Where a key is in its life. */
export interface KeyState {
  readonly kid: string;
  /** `published` ones verify and do not sign yet; `retiring` ones verify what they have signed before. */
  readonly state: 'published' | 'signs' | 'retiring';
  /** From when on it signs, in seconds since the epoch. */
  readonly signsFrom: number;
  /** When nothing that it has signed is good any more, in seconds since the epoch; undefined until it is retiring. */
  readonly idleFrom: number | undefined;
}

/**
 * Where each key is in its life, the latest first.
 * @param lifetime the longest life of a token, in seconds
 * @param now seconds since the epoch
 */
export function keyStates(keys: readonly FileKey[], lifetime: number, now: number): readonly KeyState[] {
  const signing = selectSigningKey(keys, now);
  // Of two with one time the later in the file is the later: the sort is stable.
  return keys
    .toReversed()
    .toSorted((one, other) => other.signsFrom - one.signsFrom)
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
 * The keys with one more, which verifies from now on and signs when every verifier has had the time to learn of it.
 * @param createKey makes the key
 * @param atOnce it signs from now on: requests may be refused until the last verifier knows it
 * @throws {OperatorError} while another is on its way: two would only hide which one signs
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
 * The keys without one.
 * @param atOnce also when tokens that it has signed are still good: they are refused from then on
 * @throws {OperatorError} when there is no such key, when it signs, or when its tokens are still good
 */
export function retireKey(
  keys: readonly FileKey[],
  kid: string,
  { lifetime, now, immediately }: { readonly lifetime: number; readonly now: number; readonly immediately: boolean },
): readonly FileKey[] {
  const key = keyStates(keys, lifetime, now).find((one) => one.kid === kid);
  if (key === undefined) throw new OperatorError(`There is no key ${kid}: \`npm run keys -- list\` names them.`);
  if (key.state === 'signs')
    throw new OperatorError(
      `The key ${kid} signs: \`npm run keys -- rotate\` first, and retire it when the new one does.`,
    );
  if (key.idleFrom !== undefined && key.idleFrom > now && !immediately)
    throw new OperatorError(
      `Tokens that ${kid} has signed are good until ${formatTime(key.idleFrom)}: retire it after that, or refuse them at once with \`npm run keys -- retire ${kid} --now\`.`,
    );
  return keys.filter((one) => one.kid !== kid);
}

/** A moment as people read it: UTC, to the second. */
export function formatTime(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
