import { KeyFileError } from '../../runtime/key-file.ts';
import { SettingsError } from '../../runtime/settings.ts';
import { UsageError } from '../access/cli/command.ts';
import { AccessPolicyError, InvalidSchemaError, UnsupportedGraphqlError } from '../access/index.ts';
import { ManifestError } from '../document-manifest.ts';
import { UnsafeRoleError } from '../data/admin/rls-role-check.ts';
import { SessionSettingsError } from '../data/admin/session-settings.ts';

/** An error that the operator can resolve: its message says what to do, and is printed without a stack. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly exitCode: number;

  /** @param exitCode of the process. Default: 1; a command whose result is 1 uses another */
  constructor(message: string, { exitCode = 1, ...options }: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** An operator error that may resolve itself, such as a port that another process still holds: a retry may succeed. */
export class TransientError extends OperatorError {}

/** Operator errors: printed without a stack. All other errors are bugs, and printed whole for a report. */
const OPERATOR_ERRORS = [
  OperatorError,
  UsageError,
  SettingsError,
  ManifestError,
  KeyFileError,
  UnsafeRoleError,
  SessionSettingsError,
  InvalidSchemaError,
  AccessPolicyError,
  UnsupportedGraphqlError,
] as const;

/** What an errno means for the operator when a file cannot be written. */
const WRITE_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room and try again',
  EDQUOT: 'the disk quota is used up: make room and try again',
  EROFS: 'it is on a read-only file system',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'a part of this path is a file',
};

/** What an errno means for the operator when a file cannot be read. */
const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

/** What a SQLSTATE or errno means for the operator when a connection to a database fails. */
const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  '28P01': 'the role or its password is wrong',
  '28000': 'the server does not accept this role',
  '3D000': 'the server has no such database',
  ECONNREFUSED: 'connection refused; no server listens there',
  ENOTFOUND: 'host not found',
};

/** Whether an error is one that the operator can resolve. */
export function isOperatorError(error: unknown): error is InstanceType<(typeof OPERATOR_ERRORS)[number]> {
  return OPERATOR_ERRORS.some((kind) => error instanceof kind);
}

/** Returns the errno or SQLSTATE of an error, such as `ENOENT` or `28P01`; undefined if it has none. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Runs an action that writes a file or folder, and explains the usual failures.
 * @param path the file or folder, for the message
 * @throws {OperatorError} if the disk is full, or the path may not or cannot be written
 */
export function explainWriteErrors<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = WRITE_ERRORS[systemErrorCode(error) ?? ''];
    throw reason === undefined ? error : new OperatorError(`${path} cannot be written: ${reason}.`, { cause: error });
  }
}

/** Returns why a file could not be read, as a clause. */
export function describeReadError(error: unknown): string {
  const code = systemErrorCode(error) ?? '';
  return READ_ERRORS[code] ?? (code || String(error));
}

/** Returns why a connection to a database failed, as a clause that holds no password. */
export function describeConnectionError(error: unknown): string {
  const reason = systemErrorCode(error) ?? (error instanceof Error ? error.message : String(error));
  return CONNECTION_ERRORS[reason] ?? reason;
}

/** Returns a text with a full stop at its end. */
export function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** Returns the exit code of a command that threw a value. */
export function exitCodeOf(error: unknown): number {
  return error instanceof OperatorError ? error.exitCode : 1;
}

/** Returns what to print for a thrown value: the message of an operator error, otherwise the error with its stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isOperatorError(error)) return error.message;
  const code = systemErrorCode(error);
  if (code !== undefined && code in WRITE_ERRORS && 'path' in error)
    return `${String(error.path)} cannot be written: ${WRITE_ERRORS[code]}.`;
  return error.stack ?? error.message;
}
