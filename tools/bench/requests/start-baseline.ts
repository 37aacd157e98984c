import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '../../../server/operations/ports.ts';
import { inRoot } from '../../../server/operations/paths.ts';
import { AUDIENCE, ISSUER } from '../stand/api-process.ts';
import type { BenchDatabase } from '../stand/bench-database.ts';
import { type ServerProcess, startServerProcess } from '../stand/server-process.ts';
import type { BaselineOptions } from './baseline-server.ts';
import { REQUEST_KINDS, type RequestKindName } from './request-kinds.ts';

/** Starts the baseline server, with row-level security or, as a role that bypasses it, without. */
export async function startBaseline(
  { api, superuser, secrets }: BenchDatabase,
  refusals: BaselineOptions['refusals'],
  rowSecurity: boolean,
  folder: string,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const [kid = '', secret = ''] = secrets.TOKEN_SECRETS.split(':');
  const port = await freePort();
  const options: BaselineOptions = {
    port,
    databaseUrl: rowSecurity ? api : superuser,
    rowSecurity,
    kid,
    secret,
    issuer: ISSUER,
    audience: AUDIENCE,
    documents: Object.fromEntries(
      Object.entries(REQUEST_KINDS)
        .filter(([, { isSignedIn }]) => isSignedIn)
        .map(([name, { query }]) => [query, name as RequestKindName]),
    ),
    refusals,
  };
  const file = path.join(folder, `baseline-${port}.json`);
  fs.writeFileSync(file, JSON.stringify(options), { mode: 0o600 });
  return startServerProcess({
    name: rowSecurity ? 'the baseline' : 'the baseline without row-level security',
    command: [inRoot('tools/bench/requests/baseline-server.ts'), file],
    environment: { NODE_ENV: 'production' },
    port,
    readyPath: '/',
    folder,
    signal,
  });
}
