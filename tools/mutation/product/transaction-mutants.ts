import { mutantsIn } from './file-mutant.ts';

/** One viewer for a statement, all or nothing for a mutation. */
export const TRANSACTION_MUTANTS = [
  ...mutantsIn('sharing between requests', 'server/data/pg/pipelined-query.ts', [
    {
      name: 'the viewer stays on the connection',
      find: `set_config('app.viewer_id', $1, true)`,
      replace: `set_config('app.viewer_id', $1, false)`,
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
  ]),
  ...mutantsIn('sharing between requests', 'server/data/pg/connection.ts', [
    {
      name: 'a connection in doubt, or in a transaction, goes to a stranger',
      find: 'this.#client.release(!this.#isSound || this.#client.getTransactionStatus() !== IDLE);',
      replace: 'this.#client.release(false);',
      killedBy: 'server/data/pg/connection.test.ts',
    },
    {
      name: 'a statement is sent for a client that has left',
      find: "if (left?.aborted) throw new DatabaseUnavailable('The client has left.');",
      replace: '',
      killedBy: 'server/data/pg/connection.test.ts',
    },
  ]),
  ...mutantsIn('writes', 'server/data/pg/viewer-database.ts', [
    {
      name: 'a mutation’s statements have no viewer',
      find: 'sent.length === 0 ? [begin, this.#as(viewerId)] : []',
      replace: 'sent.length === 0 ? [begin] : []',
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
    {
      name: 'ROLLBACK is taken for COMMIT',
      find: `.command === 'COMMIT') return done;`,
      replace: `.command !== '') return done;`,
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
    {
      name: 'half a mutation is kept',
      find: `await connection.exchange([], ROLLBACK, [], PATIENT).catch(() => {});`,
      replace: `await connection.exchange([], COMMIT, [], PATIENT).catch(() => {});`,
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
    {
      name: 'COMMIT does not wait for what nobody awaited',
      find: 'await Promise.allSettled(sent);',
      replace: '',
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
    {
      name: 'a resolver outlives its operation',
      find: 'open = false;',
      replace: 'open = true;',
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
    {
      name: 'a mutation is cancelled when its client leaves',
      find: 'const patience = { left: null, due };',
      replace: 'const patience = { left: AbortSignal.timeout(1), due };',
      killedBy: 'test/failures/client-disconnect.test.ts',
    },
  ]),
  ...mutantsIn('writes', 'server/data/operation-runner.ts', [
    {
      name: 'the data of a query outlives it',
      find: 'finally {\n        close();',
      replace: 'finally {\n        void close;',
      killedBy: 'server/data/operation-runner.test.ts',
    },
  ]),
  ...mutantsIn('faults', 'server/data/pg/database-errors.ts', [
    {
      name: 'a database that is going down has an answer',
      find: '|53|57P|57014|',
      replace: '|53|57014|',
      killedBy: 'server/data/pg/database-errors.test.ts',
    },
  ]),
] as const;
