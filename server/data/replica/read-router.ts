import type { RequestClient } from '../../../runtime/http/request-client.ts';
import type { TraceSpan } from '../../../runtime/tracing/tracing.ts';
import type { Viewer } from '../../viewer.ts';
import { OperationEnded } from '../pg/database-errors.ts';
import type { Deadline } from '../pg/deadline.ts';
import { readWritePosition } from '../pg/server-position.ts';
import type { RunStatement, StatementHandle, ViewerDatabase } from '../pg/viewer-database.ts';
import type { Replica } from './replica.ts';
import { POSITION_LIFETIME, type PositionSealer } from './sealed-position.ts';
import { StalenessBound } from './staleness-bound.ts';
import { parseWalPosition, UNREACHABLE, type WalPosition } from './wal-position.ts';

/**
 * Why a query ran where it did. `current`: on a replica. On the primary: the client's position was not valid (`position`);
 * the viewer signed in moments ago (`signed-in`); the primary did not say its own position (`primary-silent`); no replica is
 * in use (`away`), or current enough (`behind`); a statement failed on the replica (`failed`).
 */
export type ReadReason = 'current' | 'position' | 'signed-in' | 'primary-silent' | 'away' | 'behind' | 'failed';

/** The position that a client keeps. */
export interface PositionExchange {
  /** The value that the client sent. */
  readonly received: string | undefined;
  /** Sends the client a new value. */
  send(sealed: string): void;
}

/** Options of `createReadRouter`. */
export interface ReadRouterOptions {
  readonly primary: ViewerDatabase;
  readonly replicas: readonly Replica[];
  readonly sealer: PositionSealer;
  /** Returns seconds since the epoch. */
  now(): number;
  /** Called at the end of each query. */
  onRead(server: 'primary' | 'replica', reason: ReadReason): void;
}

/** Chooses the server of each query. */
export interface ReadRouter {
  /** Opens access for a query, as `ViewerDatabase.openReader` does, on a replica or on the primary. */
  openReader(
    viewer: Viewer,
    deadline: Deadline,
    client: RequestClient | undefined,
    received: string | undefined,
    trace?: TraceSpan,
  ): Promise<StatementHandle>;
  /** Returns what the client of a mutation gets: a position behind it. @param position null if unknown */
  positionAfter(viewerId: string, position: string | null): string;
}

/** Where a query runs. */
type Choice =
  | { readonly replica: Replica; readonly required: WalPosition }
  | { readonly replica: null; readonly reason: ReadReason };

/**
 * Creates the router. The server is chosen once for each query; this function is the only place that chooses. A query runs on
 * a replica if that is in recovery and has replayed
 * - the position that the client got with its last mutation, so that viewers read their own writes through every process; and
 * - the position of the primary at most `MAX_LAG` ago (staleness-bound.ts).
 *
 * Each statement asks the replica for both in its own round trip. A statement that fails runs on the primary, and so do those
 * after it: no statement of a query sees older data than one before it. Cross-owner reads always run on the primary, which
 * records them and knows the account's present role.
 */
export function createReadRouter({ primary, replicas, sealer, now, onRead }: ReadRouterOptions): ReadRouter {
  const staleness = new StalenessBound(() => primary.ask(readWritePosition));
  let turn = 0;

  async function choose({ userId, authTime }: Viewer, received: string | undefined): Promise<Choice> {
    const onPrimary = (reason: ReadReason) => ({ replica: null, reason });
    const written = received === undefined ? -1n : sealer.open(userId, received);
    if (written === null) return onPrimary('position');
    if (written === UNREACHABLE) return onPrimary('behind');
    // The web app, which created the account or the session, sends no position: a replica may not know the viewer yet.
    if (authTime > now() - POSITION_LIFETIME) return onPrimary('signed-in');
    turn = (turn + 1) % replicas.length;
    const inUse = [...replicas.slice(turn), ...replicas.slice(0, turn)].filter((replica) => replica.isInUse);
    const [first] = inUse;
    if (first === undefined) return onPrimary('away');
    const oldest = await staleness.position();
    if (oldest === null) return onPrimary('primary-silent');
    const required = written > oldest ? written : oldest;
    const current = inUse.find((replica) => replica.hasReplayed(required));
    if (current !== undefined) return { replica: current, required };
    return (await first.waitFor(required)) ? { replica: first, required } : onPrimary('behind');
  }

  return {
    async openReader(viewer, deadline, client, received, trace) {
      const choice = await choose(viewer, received);
      const onPrimary = primary.openReader(viewer.userId, deadline, client, trace);
      const onReplica = choice.replica?.openReader(viewer.userId, deadline, choice.required, trace);
      let reason: ReadReason = choice.replica === null ? choice.reason : 'current';
      let isOpen = true;
      const run: RunStatement = async (statement, values, crossOwnerType) => {
        if (onReplica === undefined || reason !== 'current' || crossOwnerType !== undefined || !isOpen)
          return onPrimary.run(statement, values, crossOwnerType);
        try {
          return await onReplica(statement, values);
        } catch (error) {
          if (error instanceof OperationEnded) throw error;
          reason = 'failed';
          return onPrimary.run(statement, values);
        }
      };
      return {
        run,
        close() {
          isOpen = false;
          onPrimary.close();
          onRead(reason === 'current' ? 'replica' : 'primary', reason);
        },
      };
    },
    positionAfter: (viewerId, position) => sealer.seal(viewerId, parseWalPosition(position) ?? UNREACHABLE),
  };
}
