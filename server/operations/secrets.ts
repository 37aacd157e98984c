import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readSecretFile, writeFileAtomically } from './files.ts';
import { OperatorError } from './operator-error.ts';

const secret = z.string().min(32);

const Secrets = z.object({
  /** What Better Auth signs its cookies with. */
  BETTER_AUTH_SECRET: secret,
  /** The database passwords by role. */
  passwords: z.object({ superuser: secret, owner: secret, api: secret, auth: secret }),
});

/** What was generated for this data folder, once and for ever. */
export type Secrets = z.output<typeof Secrets>;

/**
 * Reads the data folder's secrets, or generates them for a new one: in a file of mode 0600.
 * @param dataDir the data folder, which is there
 * @param random so many random bytes
 * @throws {OperatorError} when the file is damaged or open to other users, or missing where a database was made with it: never regenerated then
 */
export function loadSecrets(dataDir: string, random: (bytes: number) => Buffer = randomBytes): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  const text = readSecretFile(file);
  if (text !== undefined) return parseSecrets(file, text);
  if (fs.existsSync(path.join(dataDir, 'postgres')))
    throw new OperatorError(
      `${file} is missing, and the database beside it cannot be opened without: ${recoveryAdvice(dataDir)}.`,
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
    // Neither the parser's words nor the text belong in the sentence: it is full of secrets.
    throw new OperatorError(`${file} is damaged: ${recoveryAdvice(path.dirname(file))}.`);
  }
}

const recoveryAdvice = (dataDir: string) =>
  `put it back from a backup, or move ${dataDir} away to begin with an empty one`;
