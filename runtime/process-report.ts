/**
 * The message of the API or the web process to its parent process, over Node's IPC channel: `ready` once it listens;
 * `refused`, with a message for the operator, if it refuses to start because of the settings, a file, the schema or the
 * database. The exit code cannot distinguish a refusal from a crash: it is 1 for both.
 */
export type ProcessReport = 'ready' | { readonly refused: string };

/** Returns an IPC message as a report; null if it is none. */
export function readProcessReport(message: unknown): ProcessReport | null {
  if (message === 'ready') return message;
  if (typeof message !== 'object' || message === null || !('refused' in message)) return null;
  return typeof message.refused === 'string' ? { refused: message.refused } : null;
}
