import type { IncomingMessage } from 'node:http';

const PATHS: readonly string[] = ['/healthz', '/readyz'];

/**
 * Whether a request is a health check. Health checks are served even while a limit is reached: an orchestrator would treat
 * a refusal as a failure and kill a process that is only busy.
 */
export function isHealthCheck({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  return (method === 'GET' || method === 'HEAD') && PATHS.includes(url.split('?', 1)[0] ?? '');
}
