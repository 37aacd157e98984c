import fs from 'node:fs';
import path from 'node:path';
import { accessDirectiveSdl } from '../index.ts';
import { UsageError } from './command.ts';
import type { MissingDefinitions } from './load-input.ts';
import { writeTextFile } from './read-files.ts';

/** A file to write beside the schema. */
export interface Definitions {
  readonly file: string;
  readonly sdl: string;
}

/** The name of the file with the definitions. */
const FILE = 'access.graphql';

/**
 * Returns the file with the definitions that a schema lacks; null if it lacks none.
 * @param roles the names of the roles; if there are none, the enum gets a placeholder
 * @param more further definitions
 */
export function definitionsFor(
  firstFile: string,
  missing: MissingDefinitions,
  roles: readonly string[],
  more = '',
): Definitions | null {
  const role =
    roles.length > 0
      ? `"The roles of callers."\nenum Role {\n${roles.map((name) => `  ${name}\n`).join('')}}`
      : '"The roles of callers. Replace ADMIN by yours."\nenum Role {\n  ADMIN\n}';
  const parts = [
    ...(missing.directives ? [accessDirectiveSdl.replaceAll(/^ {2}/gm, '').trim()] : []),
    ...(missing.role ? [role] : []),
    ...(more === '' ? [] : [more]),
  ];
  if (parts.length === 0) return null;
  return { file: path.join(path.dirname(firstFile), FILE), sdl: `${parts.join('\n\n')}\n` };
}

/**
 * Writes the definitions. Never replaces a file.
 * @throws {UsageError} if a file of this name exists with another content
 */
export function writeDefinitions({ file, sdl }: Definitions): void {
  assertWritable({ file, sdl });
  writeTextFile(file, sdl);
}

/** @throws {UsageError} if a file of this name exists with another content */
export function assertWritable({ file, sdl }: Definitions): void {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') !== sdl)
    throw new UsageError(`${file} exists already: move it, or add these definitions to the schema yourself:\n\n${sdl}`);
}
