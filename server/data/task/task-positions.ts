import { withCtes } from '../query/select-statement.ts';
import type { ViewerSession } from '../query/viewer-session.ts';
import type { RepositoryContext } from '../query/repository-context.ts';
import { TaskEntity } from './task-entity.ts';

/** The positions between which a task is to stand; null where there is no task on that side. */
interface Gap {
  readonly before: number | null;
  readonly behind: number | null;
}

type GapRow = Gap & { readonly anchorId: string | null };

/** A number between two others; null when there is none, as doubles end somewhere. */
export function midpoint({ before, behind }: Gap): number | null {
  if (before === null || behind === null) {
    const end = before === null ? (behind ?? 0) - 1 : before + 1;
    return end === (before ?? behind) ? null : end;
  }
  // Halved before they are added: the sum of two great numbers is none.
  const middle = before / 2 + behind / 2;
  return before < middle && middle < behind ? middle : null;
}

/** Finds places in the viewer's order, for a transaction that will move a task there. */
export function prepareTaskPositions({ ownedStatements, statementCache }: RepositoryContext) {
  const own = ownedStatements(TaskEntity);
  const byPosition = [
    { by: '"position"', direction: 'ASC' },
    { by: '"id"', direction: 'ASC' },
  ] as const;
  const target = own.select({ columns: ['id'], where: ['"id" = :id'], lock: true });
  const next = (...where: string[]) =>
    own.select({
      extra: { behind: '"position"' },
      where: ['"id" <> :id', ...where],
      orderBy: byPosition,
      limit: 'one',
    });

  const top = statementCache.getOrCreate('task.top', '', ['viewer', 'id', 'one'], () =>
    withCtes(
      { target, next: next() },
      'SELECT NULL AS "anchorId", NULL AS "before", "behind" FROM "target" LEFT JOIN "next" ON true',
    ),
  );
  const gapAfter = statementCache.getOrCreate('task.gap', '', ['viewer', 'id', 'after', 'one'], () =>
    withCtes(
      {
        target,
        anchor: own.select({ extra: { anchorId: '"id"', before: '"position"' }, where: ['"id" = :after'] }),
        next: next('("position", "id") > ((SELECT "before" FROM "anchor"), (SELECT "anchorId" FROM "anchor"))'),
      },
      'SELECT "anchorId", "before", "behind" FROM "target" LEFT JOIN "anchor" ON true LEFT JOIN "next" ON true',
    ),
  );
  const renumber = statementCache.getOrCreate('task.renumber', '', ['viewer'], () =>
    withCtes(
      {
        numbered: own.select({
          extra: { numberedId: '"id"', number: 'row_number() OVER (ORDER BY "position", "id")' },
        }),
        renumbered: own.update({
          set: { position: '"number"' },
          fromCte: 'numbered',
          where: ['"id" = "numberedId"'],
          returning: ['id'],
        }),
      },
      'SELECT FROM "renumbered" WHERE false',
    ),
  );

  /** The gap right behind `after`, or at the top; null when the task or `after` is none of the viewer's. */
  async function gap({ query }: ViewerSession, id: string, after: string | null): Promise<Gap | null> {
    const [row] = await (after === null
      ? query<GapRow>(top, { id, one: 1 })
      : query<GapRow>(gapAfter, { id, after, one: 1 }));
    return row === undefined || (after !== null && row.anchorId === null) ? null : row;
  }

  return {
    /**
     * A position right behind `after`, or at the top. Where the numbers have run out between two tasks, all of the
     * viewer's tasks are numbered anew, in the order they are in. Null when one of the two is none of the viewer's.
     */
    async find(viewerSession: ViewerSession, id: string, after: string | null): Promise<number | null> {
      const currentGap = await gap(viewerSession, id, after);
      const position = currentGap && midpoint(currentGap);
      if (currentGap === null || position !== null) return position;
      await viewerSession.query(renumber);
      const widened = await gap(viewerSession, id, after);
      return widened && midpoint(widened);
    },
  };
}
