import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '../../server/cli/ports.ts';
import { inRoot } from '../../server/cli/stack/paths.ts';
import { AUDIENCE, ISSUER } from '../stand/api.ts';
import type { BenchDatabase } from '../stand/database.ts';
import { type Server, startServer } from '../stand/server.ts';
import type { FloorOptions } from './floor.ts';
import { WORK, type WorkName } from './work.ts';

/** Starts the hand-written server, with row security or, as a role that it does not hold, without. */
export async function startFloor(
  { api, superuser, secrets }: BenchDatabase,
  refusals: FloorOptions['refusals'],
  rowSecurity: boolean,
  folder: string,
  signal: AbortSignal,
): Promise<Server> {
  const [kid = '', secret = ''] = secrets.TOKEN_SECRETS.split(':');
  const port = await freePort();
  const options: FloorOptions = {
    port,
    databaseUrl: rowSecurity ? api : superuser,
    rowSecurity,
    kid,
    secret,
    issuer: ISSUER,
    audience: AUDIENCE,
    documents: Object.fromEntries(
      Object.entries(WORK)
        .filter(([, { isSignedIn }]) => isSignedIn)
        .map(([name, { query }]) => [query, name as WorkName]),
    ),
    refusals,
  };
  const file = path.join(folder, `floor-${port}.json`);
  fs.writeFileSync(file, JSON.stringify(options), { mode: 0o600 });
  return startServer({
    name: rowSecurity ? 'the floor' : 'the floor without row security',
    command: [inRoot('bench/requests/floor.ts'), file],
    environment: { NODE_ENV: 'production' },
    port,
    readyPath: '/',
    folder,
    signal,
  });
}
