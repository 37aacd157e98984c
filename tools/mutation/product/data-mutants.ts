import { argumentIs, conditionIs, dropOperand, returns } from '../changes.ts';
import {
  dropElement,
  indexIs,
  keepElement,
  nameIs,
  overrides,
  propertyIs,
  replaceStringPart,
} from '../literal-changes.ts';
import { type Mutant, mutantsIn } from '../mutant.ts';

/** Attacks on wall 2, the SQL: the owner in every statement, one viewer per statement, whole transactions. */
export const DATA_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('rows of other users', 'server/data/query/owned-statements.ts', [
    [
      'The owner predicate is left out of SELECT.',
      'createOwnedStatements',
      argumentIs('createSelect', 2, "'true'"),
      'test/walls/sql-layers.test.ts',
    ],
    [
      'The owner predicate is left out of UPDATE.',
      'createOwnedStatements.update',
      argumentIs('andConditions', 0, "'true'"),
      'test/walls/sql-layers.test.ts',
    ],
    [
      'The owner predicate is left out of DELETE.',
      'createOwnedStatements.remove',
      argumentIs('andConditions', 0, "'true'"),
    ],
    ['An INSERT names its owner itself.', 'createOwnedStatements.insert', overrides(':viewer')],
  ]),
  ...mutantsIn('rows of other users', 'server/data/query/viewer-session.ts', [
    ['The values of a statement name another viewer.', 'createViewerSession', overrides('viewer')],
  ]),
  ...mutantsIn('writes', 'server/data/task/task-repository.ts', [
    ['An update overwrites a newer version.', 'prepareTaskRepository', dropElement(/SELECT "isExpected"/)],
  ]),
  ...mutantsIn('sharing between requests', 'server/data/query/batch-loader.ts', [
    ['Every resolver of a batch gets the first result.', 'BatchLoader.load', indexIs('0')],
  ]),
  ...mutantsIn('oracles', 'server/data/query/cursor.ts', [
    ['A cursor that the server did not write is accepted.', 'decodeCursor', dropOperand('encodeCursor')],
  ]),
  ...mutantsIn('sharing between requests', 'server/data/pg/preambles.ts', [
    [
      'The viewer stays set on the connection after the statement.',
      '',
      replaceStringPart(/('app\.viewer_id', \$1, )true/, '$1false'),
      'server/data/pg/viewer-database.test.ts',
    ],
  ]),
  ...mutantsIn('sharing between requests', 'server/data/pg/connection.ts', [
    [
      'A statement that shares a connection does not set its viewer.',
      'Connection.executeTogether',
      propertyIs('preambles', '[]'),
      'server/data/pg/read-batches.test.ts',
    ],
  ]),
  ...mutantsIn('sharing between requests', 'server/data/pg/read-batches.ts', [
    [
      'Viewers wait behind the slow statements of another.',
      'ReadBatches',
      conditionIs(false, 'SLOW'),
      'server/data/pg/read-batches.test.ts',
    ],
  ]),
  ...mutantsIn('cross-owner reads', 'server/data/pg/preambles.ts', [
    [
      'A cross-owner read is not recorded.',
      '',
      replaceStringPart(/insert into auth\.auth_event \(user_id, address, user_agent, detail\)\s+select/, 'select'),
      'test/api/security-log.test.ts',
    ],
  ]),
  ...mutantsIn('cross-owner reads', 'server/data/query/cross-owner-statements.ts', [
    [
      'A cross-owner read does not check the role of the account.',
      '',
      argumentIs('createSelect', 2, "'true'"),
      'test/walls/event-layers.test.ts',
    ],
  ]),
  ...mutantsIn('sharing between requests', 'server/data/pg/viewer-database.ts', [
    [
      'The queries of one user take every connection.',
      'ViewerDatabase.constructor',
      argumentIs('KeyedSemaphore', 0, '1_000'),
    ],
  ]),
  ...mutantsIn('sharing between requests', 'server/data/pg/connection.ts', [
    ['A connection in an open transaction returns to the pool.', 'Connection', argumentIs('release', 0, 'false')],
  ]),
  ...mutantsIn('writes', 'server/data/pg/viewer-database.ts', [
    ['The statements of a mutation have no viewer.', 'ViewerDatabase', keepElement('beginTransaction')],
    ['COMMIT answered with ROLLBACK counts as committed.', 'ViewerDatabase', conditionIs(true, 'command', 'COMMIT')],
    ['A failed mutation is committed.', 'ViewerDatabase', nameIs('ROLLBACK', 'COMMIT')],
    ['A resolver sends statements after its operation has ended.', 'createStatementHandle.close', returns('undefined')],
  ]),
  ...mutantsIn('revocation', 'server/data/revocation/revocation-listener.ts', [
    ['A notification revokes a session without a row in the table.', 'openRevocationListener.lookUp', returns('%0')],
    [
      'A revocation is forgotten before the last token has expired.',
      'openRevocationListener',
      propertyIs('retention', '1'),
    ],
    [
      'A session counts as good although revocations were dropped.',
      'openRevocationListener',
      dropOperand('isComplete'),
    ],
  ]),
];
