import { SettingsError } from '../../runtime/settings.ts';
import { AccessPolicyError, InvalidSchemaError, UnsupportedGraphqlError } from '../access/index.ts';

/** What went wrong in one sentence that the user can act on: printed as it is, without a stack, and the exit code is 1. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/** A problem that may pass without anybody's help, such as a port that is still held: another attempt is worth while. */
export class PassingProblem extends OperatorError {}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room and try again',
  EDQUOT: 'the disk quota is used up: make room and try again',
  EROFS: 'it is on a read-only file system',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'a part of this path is a file',
};

/** The code of a system error such as `ENOENT`; undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Does something with a folder or file and says the usual failures in one sentence.
 * @param path what is being written
 * @param action the work itself
 * @throws {OperatorError} when the disk is full, or the path may not or cannot be written
 */
export function explainWriteErrors<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = FILE_ERRORS[systemErrorCode(error) ?? ''];
    throw reason === undefined ? error : new OperatorError(`${path} cannot be written: ${reason}.`, { cause: error });
  }
}

/** A text with a full stop at its end, unless it has one. */
export function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** The words for whatever was thrown: a sentence where there is one, otherwise the whole error for a report. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const kinds = [OperatorError, SettingsError, InvalidSchemaError, AccessPolicyError, UnsupportedGraphqlError];
  if (kinds.some((kind) => error instanceof kind)) return error.message;
  const code = systemErrorCode(error);
  if (code !== undefined && code in FILE_ERRORS && 'path' in error)
    return `${String(error.path)} cannot be written: ${FILE_ERRORS[code]}.`;
  return error.stack ?? error.message;
}
