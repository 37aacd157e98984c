import fs from 'node:fs';
import path from 'node:path';
import { GraphQLError, parse, Source } from 'graphql';
import { UsageError } from './command.ts';
import { isRecord } from './is-record.ts';

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};
const WRITE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write it',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
};

/**
 * Returns the text of a file.
 * @throws {UsageError} if it cannot be read
 */
export function readTextFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${describe(error, READ_ERRORS)}.`, { cause: error });
  }
}

/**
 * Returns the JSON object in a file.
 * @param expected what the object holds, for the error
 * @throws {UsageError} if the file cannot be read, or holds no JSON object
 */
export function readJsonObject(file: string, expected: string): Readonly<Record<string, unknown>> {
  const text = readTextFile(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
  if (!isRecord(value)) throw new UsageError(`${file} must hold one JSON object: ${expected}.`);
  return value;
}

/**
 * Writes a file.
 * @throws {UsageError} if it cannot be written
 */
export function writeTextFile(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${describe(error, WRITE_ERRORS)}.`, { cause: error });
  }
}

function describe(error: unknown, reasons: Readonly<Record<string, string>>): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return reasons[code] ?? (code || String(error));
}

/** Whether a file is a JavaScript or TypeScript module. */
export const isCodeFile = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file);

/**
 * Returns the files that arguments name: files as they are, the `.graphql` and `.gql` files below a folder, and the
 * matches of a glob.
 * @throws {UsageError} for an argument without files
 */
export function expandFiles(references: readonly string[]): readonly string[] {
  return [...new Set(references.flatMap(expand))];
}

function expand(reference: string): readonly string[] {
  const isFolder = fs.statSync(reference, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === false) return [reference];
  const files = isFolder
    ? fs.globSync('**/*.{graphql,gql}', { cwd: reference, exclude }).map((name) => path.join(reference, name))
    : fs.globSync(reference, { exclude });
  if (files.length > 0) return files.toSorted();
  throw new UsageError(
    isFolder
      ? `${reference} has no .graphql or .gql files: name the files, a glob in quotes, or a folder that has some.`
      : `There is no file ${reference}: name SDL files, a folder, a glob in quotes, or a module that exports a GraphQLSchema.`,
  );
}

const exclude = (name: string): boolean => name.split(path.sep).includes('node_modules');

/**
 * Returns the SDL of a file as a source. Of a module, this is the SDL in its `gql` and `graphql` templates: all other
 * text is replaced by blanks, so that each position in the SDL is the position in the file.
 * @throws {UsageError} if the file cannot be read, is not GraphQL, or has a template with an interpolation
 */
export function readSdl(file: string): Source {
  const text = readTextFile(file);
  return new Source(isCodeFile(file) ? blankOutCode(text, file) : text, file);
}

/**
 * Returns the SDL of the files that arguments name.
 * @throws {UsageError} if they name none, or a file cannot be read as SDL
 */
export function readSdlFiles(references: readonly string[]): readonly Source[] {
  if (references.length === 0) throw new UsageError('A schema is required: name SDL files, a folder, or modules.');
  return expandFiles(references).map(readSdl);
}

/** Whether SDL is read from a module's templates instead of importing the module: Redwood's `*.sdl.ts`. */
export const isSdlModule = (file: string): boolean => /\.sdl\.[cm]?[jt]s$/.test(file);

/** SDL in a module: a template after `gql` or `graphql`, also as their argument, or after the comment GraphQL. */
const SDL_TEMPLATE = /(?:\b(?:gql|graphql)\s*(?:\(\s*)?|\/\*\s*GraphQL\s*\*\/\s*)`((?:[^`\\]|\\[^])*)`/;
/** Comments, strings and other templates: what looks like a template of SDL in them is none. */
const OTHER_TEXT = /\/\/.*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"|`(?:[^`\\]|\\[^])*`/;
const TEXTS = new RegExp(`${SDL_TEMPLATE.source}|${OTHER_TEXT.source}`, 'g');

function blankOutCode(text: string, file: string): string {
  let sdl = '';
  let end = 0;
  for (const { 0: whole, 1: body, index } of text.matchAll(TEXTS)) {
    if (body === undefined) continue;
    const start = index + whole.length - body.length - 1;
    const unreadable = body.search(/\$\{|\\/);
    if (unreadable !== -1) {
      const line = text.slice(0, start + unreadable).split('\n').length;
      throw new UsageError(
        `${file}:${line} The template has an interpolation or an escape, which cannot be read as SDL: write the SDL out, or put it into a .graphql file.`,
      );
    }
    sdl += blank(text.slice(end, start)) + body;
    end = start + body.length;
  }
  if (end === 0)
    throw new UsageError(`${file} has no gql\`…\` template: name a file with SDL, or a module with such templates.`);
  return sdl + blank(text.slice(end));
}

const blank = (text: string): string => text.replaceAll(/[^\n\r]/g, ' ');

/**
 * Parses a source.
 * @throws {UsageError} with file, line and column, if it is not GraphQL
 */
export function parseSource(source: Source) {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line = 1, column = 1 } = error.locations?.[0] ?? {};
    throw new UsageError(`${source.name}:${line}:${column} ${error.message}`, { cause: error });
  }
}
