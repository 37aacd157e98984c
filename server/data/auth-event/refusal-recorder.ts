import { createWindowQuota } from '../../../runtime/window-quota.ts';
import { NO_CLIENT, type RequestClient } from '../../../runtime/http/request-client.ts';
import type { ViewerDatabase } from '../pg/viewer-database.ts';

const RECORD = { name: 'record_refusal', text: 'select auth.record_refusal($1, $2, $3)' };

/** The most characters of an event's detail. */
const MAX_DETAIL = 100;

/** The most users whose refusals are recorded in a minute: a flood of refusals must not become a flood of statements. */
const MAX_USERS_PER_MINUTE = 1_000;

/** Options of `createRefusalRecorder`. */
export interface RefusalRecorderOptions {
  readonly database: Pick<ViewerDatabase, 'openReader'>;
  /** Called with the error if a refusal cannot be recorded. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Creates the function that records refused requests in the security log, one a minute for each user. It does not delay
 * the response: the statement is sent beside it, and only for the first refusal of a user in a minute. The database
 * applies the same limit to all processes together.
 */
export function createRefusalRecorder({ database, onFailure }: RefusalRecorderOptions) {
  const hasPlace = createWindowQuota({
    windowMilliseconds: 60_000,
    maxKeys: MAX_USERS_PER_MINUTE,
    onExcess: () => {},
  });
  const pending = new Set<Promise<void>>();

  async function insert(viewerId: string, reason: string, { address, userAgent }: RequestClient): Promise<void> {
    const { run, close } = database.openReader(viewerId);
    try {
      await run(RECORD, [reason.slice(0, MAX_DETAIL), address, userAgent]);
    } catch (error) {
      onFailure(error);
    } finally {
      close();
    }
  }

  return {
    /** @param reason a code, no text of the request */
    record({
      viewerId,
      reason,
      client = NO_CLIENT,
    }: {
      readonly viewerId: string;
      readonly reason: string;
      readonly client?: RequestClient | undefined;
    }): void {
      if (!hasPlace(viewerId)) return;
      const insertion = insert(viewerId, reason, client).finally(() => pending.delete(insertion));
      pending.add(insertion);
    },
    /** Resolves when everything that was to be recorded is. */
    async settled(): Promise<void> {
      await Promise.all(pending);
    },
  };
}
