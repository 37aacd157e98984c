import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '../../../server/operations/ports.ts';
import { AUDIENCE, ISSUER } from '../stand/api-process.ts';
import type { BenchDatabase } from '../stand/bench-database.ts';
import { type ServerProcess, startServerProcess } from '../stand/server-process.ts';
import type { Peer } from './peer-list.ts';

/**
 * Starts a peer as its own process, in production.
 * @param servers the folder of the peers' servers, with their packages
 */
export async function startPeer(
  { key, title, command: [file, ...args], rowSecurity }: Peer,
  servers: string,
  { api, superuser, secrets }: BenchDatabase,
  folder: string,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const port = await freePort();
  const [, secret = ''] = secrets.TOKEN_SECRETS.split(':');
  const options = { port, databaseUrl: rowSecurity ? api : superuser, secret, issuer: ISSUER, audience: AUDIENCE };
  const optionsFile = path.join(folder, `peer-${key}.json`);
  fs.writeFileSync(optionsFile, JSON.stringify(options), { mode: 0o600 });
  return startServerProcess({
    name: title,
    command: [path.join(servers, file), optionsFile, ...args],
    environment: { NODE_ENV: 'production' },
    port,
    readyPath: null,
    folder,
    signal,
  });
}
