import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { setUpEmptyDatabase } from '../test/support/test-database.ts';
import { CURRENT_SECRET, encodeSegment } from '../test/support/test-token.ts';
import { freePort } from './operations/ports.ts';

const ISSUER = 'http://localhost:3000';
const fixture = setUpEmptyDatabase();

/** A module that appends the URL of each loaded module to the file LOADED. */
const RECORD_LOADED = `
  import fs from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { fs.appendFileSync(process.env.LOADED, url + '\\n'); return next(url, context); } });
`;

/** Starts the API and returns the packages that it has loaded when it is ready, by the folders of their modules. */
async function packagesLoaded(settings: Readonly<Record<string, string>> = {}): Promise<ReadonlySet<string>> {
  const LOADED = path.join(temporaryFolder(), 'loaded');
  const API_PORT = String(await freePort());
  const preload = `data:text/javascript,${encodeURIComponent(RECORD_LOADED)}`;
  const api = spawn(process.execPath, ['--import', preload, 'server/main.ts'], {
    env: {
      LOADED,
      API_DATABASE_URL: fixture.database.api,
      API_PORT,
      METRICS_PORT: String(await freePort()),
      API_URL: `http://localhost:${API_PORT}`,
      WEB_URL: ISSUER,
      TOKEN_MODE: 'shared-secret',
      TOKEN_SECRETS: `${CURRENT_SECRET.kid}:${encodeSegment(CURRENT_SECRET.secret)}`,
      TOKEN_ISSUER: ISSUER,
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void api.kill('SIGKILL'));
  expect(await once(api, 'message')).toContain('ready');
  const urls = fs.readFileSync(LOADED, 'utf8').split('\n');
  return new Set(urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? ''));
}

/** Packages that cost memory in each API process, and the setting without which it does not use them. */
const OPTIONAL = {
  '@redis/client': { REDIS_URL: 'redis://127.0.0.1:1' },
  '@opentelemetry/sdk-trace': { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
};
/** Packages that the API has no use for: of the web app, and of Apollo's traces for its own services. */
const UNUSED = ['better-auth', 'next', 'react', '@node-rs/argon2', 'nodemailer', '@apollo/usage-reporting-protobuf'];

// covers: PROC-09
test('an API process loads no package that its settings do not use, and none of the web app', async () => {
  const loaded = await packagesLoaded();
  expect(loaded).toContain('graphql');
  for (const name of [...Object.keys(OPTIONAL), ...UNUSED]) expect(loaded).not.toContain(name);
});

// covers: PROC-09
test.each(Object.entries(OPTIONAL))('an API process loads %s if its setting is given', async (name, settings) => {
  expect(await packagesLoaded(settings)).toContain(name);
});
