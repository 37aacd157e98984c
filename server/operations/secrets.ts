import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readSecretFile, writeFileAtomically } from './files.ts';
import { OperatorError } from './operator-error.ts';

const secret = z.string().min(32);

const Secrets = z.object({
  /** Better Auth signs its cookies with it. */
  BETTER_AUTH_SECRET: secret,
  /** The database passwords by role. */
  passwords: z.object({ superuser: secret, owner: secret, api: secret, auth: secret }),
});

/** The secrets of a data folder, generated once. */
export type Secrets = z.output<typeof Secrets>;

/**
 * Reads the secrets of a data folder, or generates them for a new one, in a file with mode 0600. They are never regenerated
 * for an existing database, whose passwords they are.
 * @param dataDir the data folder, which must exist
 * @param random returns random bytes. Default: `randomBytes`
 * @throws {OperatorError} if the file is damaged, open to other users, or missing beside a database
 */
export function loadSecrets(dataDir: string, random: (bytes: number) => Buffer = randomBytes): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  const text = readSecretFile(file);
  if (text !== undefined) return parseSecrets(file, text);
  if (fs.existsSync(path.join(dataDir, 'postgres')))
    throw new OperatorError(
      `${file} is missing, and the database beside it cannot be opened without it: ${recoveryAdvice(dataDir)}.`,
    );
  const secrets = generateSecrets(random);
  writeFileAtomically(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function generateSecrets(random: (bytes: number) => Buffer): Secrets {
  const randomSecret = () => random(32).toString('base64url');
  return {
    BETTER_AUTH_SECRET: randomSecret(),
    passwords: { superuser: randomSecret(), owner: randomSecret(), api: randomSecret(), auth: randomSecret() },
  };
}

function parseSecrets(file: string, text: string): Secrets {
  try {
    return Secrets.parse(JSON.parse(text));
  } catch {
    // The parser's message is left out: it quotes the file, which holds secrets.
    throw new OperatorError(`${file} is damaged: ${recoveryAdvice(path.dirname(file))}.`);
  }
}

const recoveryAdvice = (dataDir: string) =>
  `restore it from a backup, or move ${dataDir} away to start with an empty one`;
