/** An error that the operator can resolve; printed without a stack. The launcher cannot import server/operations: that is TypeScript. */
export class LauncherError extends Error {
  name = 'LauncherError';
}

const KNOWN_ERRORS = [
  [/\bENOSPC\b|no space left/i, (folder) => `The disk that holds ${folder} is full: make room and try again.`],
  [/\bEROFS\b|read-only file system/i, (folder) => `${folder} cannot be written (read-only file system).`],
  [
    /\bEACCES\b|\bEPERM\b|permission denied/i,
    (folder) => `${folder} cannot be written by this user (permission denied).`,
  ],
  [
    /\bE(NOTFOUND|AI_AGAIN|CONNREFUSED|TIMEDOUT|CONNRESET)\b/,
    () => 'The package registry cannot be reached: check the network (or the proxy that npm is set to) and try again.',
  ],
];

/**
 * Explains an error of the file system or the network.
 * @param {string} text an error's code and message, or npm's output
 * @param {string} folder the folder that was written, if npm's output does not name one
 * @returns {string | undefined} the message; undefined for any other error
 */
export function describeFileError(text, folder) {
  const [, messageFor] = KNOWN_ERRORS.find(([pattern]) => pattern.test(text)) ?? [];
  const [, named] = /^npm error path (.+)$/m.exec(text) ?? [];
  return messageFor?.(named ?? folder);
}
