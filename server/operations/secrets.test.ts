import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { loadSecrets } from './secrets.ts';

const fileIn = (folder: string) => path.join(folder, 'secrets.json');

describe('loadSecrets', () => {
  test('loadSecrets returns the same secrets at the second start', () => {
    const folder = temporaryFolder();
    expect(loadSecrets(folder)).toEqual(loadSecrets(folder));
  });

  test('loadSecrets generates different secrets for each data folder and each purpose', () => {
    const secrets = [loadSecrets(temporaryFolder()), loadSecrets(temporaryFolder())];
    const values = secrets.flatMap(({ passwords, ...rest }) => [...Object.values(rest), ...Object.values(passwords)]);
    expect(new Set(values).size).toBe(values.length);
  });

  // covers: FR-025.1, OPS-18
  test('loadSecrets creates a file that only its owner can read', () => {
    const folder = temporaryFolder();
    loadSecrets(folder);
    expect(fs.statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  // covers: OPS-18
  test.each([
    ['truncated', (text: string) => text.slice(0, -20)],
    ['empty', () => ''],
    ['missing one of them', (text: string) => text.replace('BETTER_AUTH_SECRET', 'SOMETHING_ELSE')],
  ])('loadSecrets rejects a file that is %s, keeps it, and prints no secret', (_, damage) => {
    const folder = temporaryFolder();
    const secrets = loadSecrets(folder);
    const damaged = damage(fs.readFileSync(fileIn(folder), 'utf8'));
    fs.writeFileSync(fileIn(folder), damaged);
    expect(() => loadSecrets(folder)).toThrow(/secrets\.json is damaged: restore it from a backup/);
    expect(() => loadSecrets(folder)).not.toThrow(secrets.passwords.owner);
    expect(fs.readFileSync(fileIn(folder), 'utf8')).toBe(damaged);
  });

  // covers: FR-025.1
  test.runIf(process.platform !== 'win32')(
    'loadSecrets rejects a file that other users may read, with the command to run, and leaves it unchanged',
    () => {
      const folder = temporaryFolder();
      loadSecrets(folder);
      for (const mode of [0o640, 0o604, 0o644, 0o660, 0o666, 0o777]) {
        fs.chmodSync(fileIn(folder), mode);
        expect(() => loadSecrets(folder)).toThrow(
          /secrets\.json holds secrets and is open to other users.*: run chmod 600 '/,
        );
        expect(fs.statSync(fileIn(folder)).mode & 0o777).toBe(mode);
      }
    },
  );

  test('loadSecrets generates no secrets beside an existing database', () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, 'postgres'));
    expect(() => loadSecrets(folder)).toThrow(/is missing, and the database beside it cannot be opened/);
    expect(fs.existsSync(fileIn(folder))).toBe(false);
  });
});
