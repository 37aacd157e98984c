/** What went wrong in one sentence that the user can act on; printed as it is, without a stack. */
export class LauncherError extends Error {
  name = 'LauncherError';
}

const FILE_ERRORS = [
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
 * Says a failure of the file system or the network in one sentence.
 * @param {string} text an error's code and message, or what npm printed
 * @param {string} folder the folder that was being written, unless npm named a path itself
 * @returns {string | undefined} the sentence, or nothing when the failure is of another kind
 */
export function describeFileError(text, folder) {
  const [, sentence] = FILE_ERRORS.find(([pattern]) => pattern.test(text)) ?? [];
  const [, named] = /^npm error path (.+)$/m.exec(text) ?? [];
  return sentence?.(named ?? folder);
}
