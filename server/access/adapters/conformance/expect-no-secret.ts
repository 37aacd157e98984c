import { expect } from 'vitest';
import { type RunningServer, send } from './start-server.ts';

/**
 * Sends a request for an open field three times, because a plugin can change a document that the server has cached, and
 * expects that no response has the secret and that no resolver with one runs. Stops the server.
 * @param ran the resolvers that ran, of `scenarioSchema`
 */
export async function expectNoSecret(server: RunningServer, token: string, ran: readonly unknown[]): Promise<void> {
  try {
    for (let request = 0; request < 3; request++) {
      const { body } = await send(server, { query: '{ open }' }, { token });
      expect(JSON.stringify(body)).not.toContain('SECRET');
      expect(ran).toEqual([]);
    }
  } finally {
    await server.stop();
  }
}
