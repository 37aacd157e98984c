import type { DataSource } from 'typeorm';
import { AuthEventEntity, type AuthEventRow } from './auth-event.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { forEveryOwner } from './every-owner.ts';
import type { Owners } from './owned.ts';
import type { OwnedText, Select } from './select.ts';
import type { Shapes } from './statement.ts';
import type { Tables } from './tables.ts';
import type { Run } from './transaction.ts';

/** A page of events, newest first. They are not counted: the log only ever grows. */
export interface AuthEventPage {
  readonly nodes: readonly AuthEventRow[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where a page begins that follows this event. */
  cursorOf(event: AuthEventRow): string;
}

/** Events that may be read: the viewer's own, or everybody's. */
export interface AuthEvents {
  /** Null when `after` is no cursor of ours. */
  page(first: number, after: string | null): Promise<AuthEventPage | null>;
}

/** Prepares the statements on the viewer's own events; what it returns binds them to a viewer. */
export function authEvents({ owned, shapes }: Tables): (viewer: string, run: Run) => AuthEvents {
  const pages = preparePages(shapes, 'authEvent', owned(AuthEventEntity).select);
  return (viewer, run) => pages({ viewer }, run);
}

/** Prepares the statements on everybody's events; each one that is run is recorded. */
export function everybodysAuthEvents(mapping: DataSource, owners: Owners, shapes: Shapes): (run: Run) => AuthEvents {
  const { select, values, recorded } = forEveryOwner(mapping, AuthEventEntity, owners);
  const pages = preparePages(shapes, 'authEvent.every', select);
  return (run) => pages(values, recorded(run));
}

/** The order of the log, newest first. Its key is the moment, in milliseconds since the epoch. */
const ORDER = 'NEWEST_FIRST';
/** The end of the year 9999: what Date and timestamptz both take, and write in one way. */
const LATEST = 253_402_300_799_999;
const isMoment = (key: unknown) => typeof key === 'number' && Number.isInteger(key) && key >= 0 && key <= LATEST;

/** @param values whom the rows may be of: what `select` names */
type Pages = (values: Readonly<Record<string, unknown>>, run: Run) => AuthEvents;

const COLUMNS = ['id', 'userId', 'kind', 'outcome', 'address', 'userAgent', 'detail', 'createdAt'] as const;

function preparePages(shapes: Shapes, name: string, select: (parts: Select<AuthEventRow>) => OwnedText): Pages {
  const pageAfter = (key: string, ...where: readonly string[]) =>
    shapes.of<string>(name, key, ['viewer', 'type', 'roles', 'at', 'id', 'limit'], () =>
      select({
        columns: COLUMNS,
        where,
        orderBy: [
          { by: '"created_at"', direction: 'DESC' },
          { by: '"id"', direction: 'ASC' },
        ],
        limit: 'limit',
      }),
    );
  const firstPage = pageAfter('firstPage');
  // The first condition is for the index, in which times fall and ids rise.
  const nextPage = pageAfter('nextPage', '"created_at" <= :at', '"created_at" < :at OR "id" > :id');
  return (values, run) => ({
    async page(first, after) {
      const place = after === null ? null : decodeCursor(ORDER, isMoment, after);
      if (after !== null && place === null) return null;
      const { statement, parameters } = place === null ? firstPage : nextPage;
      const asked = { ...values, at: place && new Date(Number(place.key)), id: place?.id, limit: first + 1 };
      const rows = await run<AuthEventRow>(statement, parameters(asked));
      return {
        nodes: rows.slice(0, first),
        hasNextPage: rows.length > first,
        hasPreviousPage: place !== null,
        cursorOf: ({ createdAt, id }) => encodeCursor(ORDER, { key: createdAt.getTime(), id }),
      };
    },
  });
}
