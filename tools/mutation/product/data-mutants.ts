import { mutantsIn } from './file-mutant.ts';

/** Wall 2: the owner in every statement, and what a statement may tell. */
export const DATA_MUTANTS = [
  ...mutantsIn('rows of another', 'server/data/query/owned-statements.ts', [
    {
      name: 'the owner is not in the WHERE',
      find: '= :viewer`;',
      replace: '= :viewer or true`;',
      killedBy: 'test/walls/sql-layers.test.ts',
    },
    {
      name: 'a table binds to no owner and starts all the same',
      find: 'if (ownerColumn === undefined)\n    throw',
      replace: 'if (ownerColumn === undefined && owner === undefined)\n    throw',
      killedBy: 'server/data/query/owned-statements.test.ts',
    },
    {
      name: 'deletes go round the condition',
      find: 'return text(builder.where(allOf(isOwners, where))',
      replace: "return text(builder.where(allOf('true', where))",
      killedBy: 'test/walls/sql-layers.test.ts',
    },
  ]),
  ...mutantsIn('rows of another', 'server/data/query/viewer-session.ts', [
    {
      name: 'a statement’s own values can name another viewer',
      find: 'parameters({ ...values, viewer })',
      replace: 'parameters({ viewer, ...values })',
      killedBy: 'server/data/query/viewer-session.test.ts',
    },
  ]),
  ...mutantsIn('writes', 'server/data/task/task-repository.ts', [
    {
      name: 'a version that has moved on is overwritten',
      find: `where = ['"id" = :id', 'SELECT "isExpected" FROM "target"'];`,
      replace: `where = ['"id" = :id'];`,
      killedBy: 'server/data/task/task-repository.test.ts',
    },
    {
      name: 'clearing the done clears the open ones too',
      find: `coalesce("done" = :done, true)`,
      replace: `coalesce("done" = :done, true) OR true`,
      killedBy: 'server/data/task/task-repository.test.ts',
    },
    {
      name: 'an id in another spelling reaches the database',
      find: 'return isIdentifier(id) && (await rows(remove, { id })).length === 1;',
      replace: 'return (await rows(remove, { id })).length === 1;',
      killedBy: 'server/data/task/task-repository.test.ts',
    },
  ]),
  ...mutantsIn('writes', 'server/data/task/task-positions.ts', [
    {
      name: 'a task is not held while its place is looked for',
      find: `where: ['"id" = :id'], lock: true }`,
      replace: `where: ['"id" = :id'] }`,
      killedBy: 'server/data/task/task-positions.test.ts',
    },
    {
      name: 'a move behind nobody’s task goes somewhere',
      find: 'return row === undefined || (after !== null && row.anchorId === null) ? null : row;',
      replace: 'return row === undefined ? null : row;',
      killedBy: 'server/data/task/task-positions.test.ts',
    },
  ]),
  ...mutantsIn('writes', 'server/data/step/step-repository.ts', [
    {
      name: 'a step is added without its task’s being held',
      find: '|| (await rows(holdTask, { taskId })).length === 0) return null;',
      replace: ') return null;',
      killedBy: 'server/data/step/step-repository.test.ts',
    },
  ]),
  ...mutantsIn('sharing between requests', 'server/data/query/batch-loader.ts', [
    {
      name: 'everybody gets the first one’s answer',
      find: 'answers[place] as Answer',
      replace: 'answers[0] as Answer',
      killedBy: 'server/data/query/batch-loader.test.ts',
    },
    {
      name: 'reads of different kinds are one batch',
      find: 'this.#waiting.get(read) ??',
      replace: '[...this.#waiting.values()][0] ??',
      killedBy: 'server/data/query/batch-loader.test.ts',
    },
  ]),
  ...mutantsIn('oracles', 'server/data/query/cursor.ts', [
    {
      name: 'a cursor that nobody wrote is taken',
      find: 'place !== null && encodeCursor(order, place) === cursor ? place : null',
      replace: 'place',
      killedBy: 'server/data/query/cursor.test.ts',
    },
  ]),
  ...mutantsIn('oracles', 'server/data/task/task-filter.ts', [
    {
      name: 'wildcards in a text mean something',
      find: `strpos(lower("title"), lower(:text)) > 0 OR`,
      replace: `"title" ILIKE '%' || :text || '%' OR`,
      killedBy: 'server/data/task/task-filter.test.ts',
    },
  ]),
  ...mutantsIn('every owner', 'server/data/pg/pipelined-query.ts', [
    {
      name: 'a read for every owner leaves no record',
      find: `insert into auth.auth_event (user_id, detail) select app.viewer_id(), type from named`,
      replace: `select app.viewer_id(), type from named`,
      killedBy: 'test/api/security-log.test.ts',
    },
  ]),
  ...mutantsIn('sharing between requests', 'server/data/pg/viewer-database.ts', [
    {
      name: 'one user’s mutations hold up everybody',
      find: '#writes = new Turns(1)',
      replace: '#writes = new Turns(100)',
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
    {
      name: 'one user’s queries take every connection',
      find: 'Math.floor((pool.options.max ?? 0) / 2)',
      replace: '1_000',
      killedBy: 'server/data/pg/viewer-database.test.ts',
    },
  ]),
  ...mutantsIn('every owner', 'server/data/query/cross-owner-statements.ts', [
    {
      name: 'every type can be read for every owner',
      find: 'if (roles.length === 0)',
      replace: 'if (roles.length < 0)',
      killedBy: 'server/data/auth-event/auth-event-repository.test.ts',
    },
    {
      name: 'the roles are not asked for in the statement',
      find: `'(SELECT app.acts_for_every_owner(:type, :roles))'`,
      replace: `'(SELECT app.acts_for_every_owner(:type, :roles)) OR true'`,
      killedBy: 'test/walls/event-layers.test.ts',
    },
  ]),
] as const;
