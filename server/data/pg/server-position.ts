import type { Connection } from './connection.ts';
import { NO_DEADLINE } from './deadline.ts';
import type { Statement } from './pipelined-query.ts';
import type { ReplayState } from './preambles.ts';

/** Not `pg_current_wal_lsn`: that is behind a COMMIT until the log is written, with `synchronous_commit = off`. */
const WRITE_POSITION: Statement = { name: 'wal.insert', text: 'select pg_current_wal_insert_lsn()::text as position' };
const REPLAY_STATE: Statement = {
  name: 'wal.replay',
  text: 'select pg_is_in_recovery() as "isInRecovery", pg_last_wal_replay_lsn()::text as replayed',
};

/** Resolves to a primary's position in the write-ahead log, behind all that is committed. @throws PostgreSQL's error on a replica */
export async function readWritePosition(connection: Connection): Promise<string | null> {
  const { rows } = await connection.execute<{ position: string }>([], WRITE_POSITION, [], NO_DEADLINE);
  return rows[0]?.position ?? null;
}

/** Resolves to what a server says about itself as a replica. */
export async function readReplayState(connection: Connection): Promise<ReplayState> {
  const { rows } = await connection.execute<ReplayState>([], REPLAY_STATE, [], NO_DEADLINE);
  return rows[0] ?? { isInRecovery: false, replayed: null };
}
