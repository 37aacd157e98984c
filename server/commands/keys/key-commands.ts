import path from 'node:path';
import { KEY_ACTIVATION_DELAY } from '../../../runtime/key-file.ts';
import type { TokenMode } from '../../../runtime/token.ts';
import { readKeyConfig } from '../../config.ts';
import { parseOptions } from '../../operations/parse-options.ts';
import type { Command, CommandContext } from '../../operations/run-command.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { ROOT } from '../../operations/paths.ts';
import { keyStates, retireKey, rotateKeys, formatTime } from './key-rotation.ts';
import { keyFileIn, generateKey, readKeys, writeKeys } from '../../operations/key-store.ts';

/** The key file that a command works on. */
interface KeyFile {
  readonly file: string;
  readonly mode: TokenMode;
  /** The longest lifetime of a token, in seconds. */
  readonly lifetime: number;
}

const NOW = { now: { type: 'boolean' } } as const;

/** `npm run keys -- list`: prints the id and the state of each key, never the key. */
export const listCommand: Command = async ({ environment, args, print }) => {
  parseOptions(args, {}, 'npm run keys -- list');
  const { file, mode, lifetime } = findKeyFile(environment);
  print(`${file} (${mode}):`);
  for (const { kid, state, signsFrom, idleFrom } of keyStates(readKeys(file, mode), lifetime, now())) {
    if (state === 'published') print(`  ${kid}  verifies, signs from ${formatTime(signsFrom)}`);
    else if (state === 'signs') print(`  ${kid}  signs, since ${formatTime(signsFrom)}`);
    else print(`  ${kid}  verifies older tokens; can be retired from ${formatTime(idleFrom ?? 0)}`);
  }
  return 0;
};

/** `npm run keys -- rotate`: adds a key, which signs after every running process has loaded it. */
export const rotateCommand: Command = async ({ environment, args, print }) => {
  const { values } = parseOptions(args, NOW, 'npm run keys -- rotate [--now]');
  const { file, mode } = findKeyFile(environment);
  const immediately = values.now === true;
  const keys = rotateKeys(readKeys(file, mode), (signsFrom) => generateKey(mode, signsFrom), {
    now: now(),
    immediately,
  });
  writeKeys(file, mode, keys);
  const kid = keys.at(-1)?.kid;
  print(
    immediately
      ? `The key ${kid} signs from now on.`
      : `The key ${kid} verifies now, and signs in ${KEY_ACTIVATION_DELAY} seconds.`,
  );
  print('The previous key verifies until it is retired: `npm run keys -- list` prints when that is safe.');
  return 0;
};

/** `npm run keys -- retire <kid>`: removes a key; its tokens are refused within a minute. */
export const retireCommand: Command = async ({ environment, args, print }) => {
  const usage = 'npm run keys -- retire <kid> [--now]';
  const { values, positionals } = parseOptions(args, NOW, usage, true);
  const [kid, ...extra] = positionals;
  if (kid === undefined || extra.length > 0) throw new OperatorError(`Exactly one key id is required. Usage: ${usage}`);
  const { file, mode, lifetime } = findKeyFile(environment);
  writeKeys(
    file,
    mode,
    retireKey(readKeys(file, mode), kid, { lifetime, now: now(), immediately: values.now === true }),
  );
  print(`The key ${kid} is removed: its tokens are refused within a minute.`);
  return 0;
};

function findKeyFile(environment: CommandContext['environment']): KeyFile {
  const { TOKEN_MODE: mode, TOKEN_SECRETS: secrets, TOKEN_TTL: lifetime, DATA_DIR } = readKeyConfig(environment);
  if (secrets !== undefined && 'listed' in secrets) throw new OperatorError(MANUAL_ROTATION);
  const file = secrets?.file ?? keyFileIn(path.resolve(ROOT, DATA_DIR), mode);
  return { file, mode, lifetime };
}

/** Keys listed in the environment belong to the operator's configuration, which no command can change. */
const MANUAL_ROTATION = `The keys are listed in TOKEN_SECRETS, which only you can change. To rotate them without a failed request:
  1. Add a new pair at the end, for the API and the web app, and restart both: the new key verifies.
     A new secret: openssl rand 32 | basenc --base64url -w0 | tr -d =
  2. Move it to the front, and restart the web app: the new key signs.
  3. When TOKEN_TTL has passed, remove the old pair, and restart both.
With TOKEN_SECRETS=file:<path> this command rotates them without a restart.`;

/** Seconds since the epoch. */
function now(): number {
  return Math.floor(Date.now() / 1_000);
}
