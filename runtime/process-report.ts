/**
 * What the API and the web process report to the process that started them, over Node's IPC channel: `ready` once they
 * listen; `refused`, with the sentence for the operator, if they refuse to start because of the settings, a file, the
 * schema or the database. An exit code could not tell a refusal from a crash: Node ends with 1 after both.
 */
export type ProcessReport = 'ready' | { readonly refused: string };

/** Returns the report that an IPC message is; null for a message of another kind. */
export function readProcessReport(message: unknown): ProcessReport | null {
  if (message === 'ready') return message;
  if (typeof message !== 'object' || message === null || !('refused' in message)) return null;
  return typeof message.refused === 'string' ? { refused: message.refused } : null;
}
