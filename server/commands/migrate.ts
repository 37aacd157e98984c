import { readMigrateConfig } from '../config.ts';
import { withClient } from '../data/pg/with-client.ts';
import { ownerUrl } from '../operations/database-urls.ts';
import { migrateDatabase } from '../operations/migrate-database.ts';
import { assertCanConnect, EMBEDDED_CLUSTER } from '../operations/open-database.ts';
import { OperatorError } from '../operations/operator-error.ts';
import { parseOptions } from '../operations/parse-options.ts';
import { createProgress } from '../operations/progress.ts';
import { runCommand } from '../operations/run-command.ts';

/** `npm run migrate`: brings the database of DATABASE_URL and the runtime roles up to date, and ends. */
await runCommand(
  async ({ environment, args, signal, print }) => {
    parseOptions(args, {}, 'npm run migrate (settings are environment variables)');
    const { DATABASE_URL, DIRECT_DATABASE_URL, API_DATABASE_URL, AUTH_DATABASE_URL } = readMigrateConfig(environment);
    const owner = ownerUrl(DATABASE_URL, DIRECT_DATABASE_URL);
    await assertCanConnect('DATABASE_URL', owner, signal);
    await assertNotEmbedded(owner, signal);
    const urls = { owner, api: API_DATABASE_URL, auth: AUTH_DATABASE_URL };
    const progress = createProgress(print);
    await progress.runTimed('database migrated', () => migrateDatabase({ urls, log: progress.log, signal }));
    return 0;
  },
  { abortedExitCode: 1 },
);

/** The embedded database belongs to the `npm start` that runs it, which may be of another version. */
async function assertNotEmbedded(url: string, signal: AbortSignal): Promise<void> {
  const { rows } = await withClient(url, (client) => client.query<{ cluster_name: string }>('show cluster_name'), {
    signal,
  });
  if (rows[0]?.cluster_name === EMBEDDED_CLUSTER)
    throw new OperatorError(
      'DATABASE_URL names the embedded database of a running `npm start`, which migrates it itself: set DATABASE_URL to a database of your own.',
    );
}
