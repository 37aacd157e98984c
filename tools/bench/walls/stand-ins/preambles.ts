import type { Preamble, Statement } from '../../../../server/data/pg/pipelined-query.ts';

export {
  beginTransaction,
  enableCrossOwnerRead,
  type ReplayState,
  setViewerOnReplica,
} from '../../../../server/data/pg/preambles.ts';

const SET_TIMEOUT: Statement = { name: 'timeout', text: `select set_config('statement_timeout', $1, true)` };

/** Sets `statement_timeout` as the API does, and no viewer. */
export const setViewer = (_viewerId: string, statementTimeout: number): Preamble => ({
  statement: SET_TIMEOUT,
  values: [String(statementTimeout)],
});
