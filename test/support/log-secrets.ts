import fs from 'node:fs';
import path from 'node:path';

/** What a secret looks like, by kind. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  'a JSON Web Token': /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
  'a bearer token': /\bBearer [\w.~+/-]{12,}/i,
  'a session cookie': /fieldgate\.session_token=[^\s"]/,
  'a password hash': /\$argon2/,
  'a link with a secret': /[?&](?:token|code|state|code_verifier|id_token)=[^\s&"]/,
  // Messages about settings have an example with the password `password`.
  'a database password': /postgres(?:ql)?:\/\/[^\s:@/]+:(?!password@localhost:)[^\s@]+@/,
  'a private key': /"d"\s*:\s*"[\w-]{20,}"|PRIVATE KEY/,
};

/**
 * Returns what a log must not contain and does: one text for each finding, which names the kind and the line, and does
 * not repeat the secret.
 * @param known values that are secret in this run, by name
 */
export function secretsIn(log: string, known: Readonly<Record<string, string>> = {}): readonly string[] {
  return log.split('\n').flatMap((line, index) => [
    ...Object.entries(PATTERNS)
      .filter(([, pattern]) => pattern.test(line))
      .map(([kind]) => `line ${index + 1} has ${kind}`),
    ...Object.entries(known)
      .filter(([, value]) => value !== '' && line.includes(value))
      .map(([name]) => `line ${index + 1} has ${name}`),
  ]);
}

/** Returns the generated secrets of a data folder, by name; of the files that exist. */
export function secretsOf(dataDir: string): Readonly<Record<string, string>> {
  const files = fs.existsSync(dataDir) ? fs.readdirSync(dataDir).filter((name) => name.endsWith('.json')) : [];
  const found: Record<string, string> = {};
  const collect = (name: string, value: unknown): void => {
    if (typeof value === 'string' && /^[\w-]{32,}$/.test(value)) found[name] = value;
    else if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value)) collect(`${name} ${key}`, each);
  };
  for (const file of files)
    try {
      collect(file, JSON.parse(fs.readFileSync(path.join(dataDir, file), 'utf8')));
    } catch {
      // Damaged by a test, or of another user.
    }
  return found;
}
