import { withCtes } from '../query/select-statement.ts';
import type { RepositoryContext, ViewerSession } from '../query/viewer-session.ts';
import { TaskEntity } from './task-entity.ts';

/** The positions between which a task is moved; null if there is no task on that side. */
interface Gap {
  readonly lower: number | null;
  readonly upper: number | null;
}

type GapRow = Gap & { readonly anchorId: string | null };

/** Returns a number between two others; null if there is no double between them. */
export function midpoint({ lower, upper }: Gap): number | null {
  if (lower === null || upper === null) {
    const end = lower === null ? (upper ?? 0) - 1 : lower + 1;
    return end === (lower ?? upper) ? null : end;
  }
  // Halved first: the sum of two large doubles would overflow to Infinity.
  const middle = lower / 2 + upper / 2;
  return lower < middle && middle < upper ? middle : null;
}

/** Prepares the search for a position in the viewer's list, for the transaction that moves a task there. */
export function prepareTaskPositions({
  ownedStatements,
  statementCache,
}: Pick<RepositoryContext, 'ownedStatements' | 'statementCache'>) {
  const tasks = ownedStatements(TaskEntity);
  /** Deleted tasks are renumbered too: a restored one is between the same neighbours. */
  const allTasks = ownedStatements(TaskEntity, 'all');
  const byPosition = [
    { by: '"position"', direction: 'ASC' },
    { by: '"id"', direction: 'ASC' },
  ] as const;
  const target = tasks.select({ columns: ['id'], where: ['"id" = :id'], lock: true });
  const next = (...where: string[]) =>
    tasks.select({
      extra: { upper: '"position"' },
      where: ['"id" <> :id', ...where],
      orderBy: byPosition,
      limit: 'limit',
    });

  const top = statementCache.getOrCreate('task.top', '', ['viewer', 'id', 'limit'], () =>
    withCtes(
      { target, next: next() },
      'SELECT NULL AS "anchorId", NULL AS "lower", "upper" FROM "target" LEFT JOIN "next" ON true',
    ),
  );
  const gapAfter = statementCache.getOrCreate('task.gap', '', ['viewer', 'id', 'after', 'limit'], () =>
    withCtes(
      {
        target,
        anchor: tasks.select({ extra: { anchorId: '"id"', lower: '"position"' }, where: ['"id" = :after'] }),
        next: next('("position", "id") > ((SELECT "lower" FROM "anchor"), (SELECT "anchorId" FROM "anchor"))'),
      },
      'SELECT "anchorId", "lower", "upper" FROM "target" LEFT JOIN "anchor" ON true LEFT JOIN "next" ON true',
    ),
  );
  const renumber = statementCache.getOrCreate('task.renumber', '', ['viewer'], () =>
    withCtes(
      {
        numbered: allTasks.select({
          extra: { numberedId: '"id"', number: 'row_number() OVER (ORDER BY "position", "id")' },
        }),
        renumbered: allTasks.update({
          set: { position: '"number"' },
          fromCte: 'numbered',
          where: ['"id" = "numberedId"'],
          returning: ['id'],
        }),
      },
      'SELECT FROM "renumbered" WHERE false',
    ),
  );

  /** Reads the gap after the task `after`, or at the top; null if the viewer does not own both tasks. */
  async function readGap({ query }: ViewerSession, id: string, after: string | null): Promise<Gap | null> {
    const [row] = await (after === null
      ? query<GapRow>(top, { id, limit: 1 })
      : query<GapRow>(gapAfter, { id, after, limit: 1 }));
    return row === undefined || (after !== null && row.anchorId === null) ? null : row;
  }

  return {
    /**
     * Finds a position directly after the task `after`, or at the top if it is null. If there is no double left between
     * two tasks, all of the viewer's tasks are renumbered in their order. Null if the viewer does not own both tasks.
     */
    async find(session: ViewerSession, id: string, after: string | null): Promise<number | null> {
      const gap = await readGap(session, id, after);
      const position = gap && midpoint(gap);
      if (gap === null || position !== null) return position;
      await session.query(renumber);
      const widenedGap = await readGap(session, id, after);
      return widenedGap && midpoint(widenedGap);
    },
  };
}
