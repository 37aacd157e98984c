import type { IncomingMessage } from 'node:http';

const PATHS: readonly string[] = ['/healthz', '/readyz'];

/**
 * Whether a request asks for the health of its server. Such a request is answered also while a limit on what clients
 * hold is reached: an orchestrator would take the refusal for a failure, and end a process that is only busy.
 */
export function isHealthCheck({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  return (method === 'GET' || method === 'HEAD') && PATHS.includes(url.split('?', 1)[0] ?? '');
}
