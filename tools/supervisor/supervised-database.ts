import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '../../server/data/pg/with-client.ts';
import type { EmbeddedPostgres } from '../../server/operations/embedded-postgres.ts';
import type { RestartableEmbeddedPostgres } from '../../server/operations/open-database.ts';
import { systemErrorCode } from '../../server/operations/operator-error.ts';
import { waitForExit } from '../../server/operations/processes.ts';
import { type Dependency, type ServiceRun, type SupervisedService, supervise } from './supervise.ts';

/** How long a database may take to accept a connection before it counts as unavailable. */
const CONNECT_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS = 250;
/**
 * SQLSTATEs of a server that is up and rejects the connection: unknown role, wrong password, unknown database, missing
 * privilege. The API reports those itself.
 */
const REJECTED = /^(28|3D|42501)/;

/** Restarts the embedded server when it ends. */
export function superviseDatabase(
  { server, restart }: RestartableEmbeddedPostgres,
  log: (line: string) => void,
): SupervisedService {
  return supervise(toServiceRun(server), async (signal) => toServiceRun(await restart(signal)), { log });
}

function toServiceRun({ pid, hasShutDown, log, stop }: EmbeddedPostgres): ServiceRun {
  const ended = waitForExit(pid).then(() =>
    hasShutDown()
      ? `the database shut down (its log is ${log})`
      : 'the database ended without a shutdown, as by SIGKILL',
  );
  return { name: 'the database', pid, ready: Promise.resolve(), ended, refusal: undefined, stop };
}

/** Returns the database of a connection string as a dependency, which the API cannot start without. */
export function databaseDependency(connectionString: string): Dependency {
  const isAvailable = async (signal: AbortSignal) => {
    try {
      await withClient(connectionString, async () => undefined, { connectionTimeout: CONNECT_MILLISECONDS, signal });
      return true;
    } catch (error) {
      return REJECTED.test(systemErrorCode(error) ?? '');
    }
  };
  const whenAvailable = async (signal: AbortSignal) => {
    while (!(await isAvailable(signal))) await delay(RETRY_MILLISECONDS, undefined, { signal });
  };
  return { name: 'the database', isAvailable, whenAvailable };
}
