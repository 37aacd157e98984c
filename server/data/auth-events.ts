import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { AuthEventEntity, type AuthEventRow } from './auth-event.ts';
import { decodeAuthEventCursor, encodeAuthEventCursor } from './auth-event-cursor.ts';
import { forEveryOwner } from './every-owner.ts';
import { type Owners, owned } from './owned.ts';
import { shape } from './statement.ts';
import type { Run } from './transaction.ts';

/** A page of events, newest first. They are not counted: the log only ever grows. */
export interface AuthEventPage {
  readonly nodes: AuthEventRow[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Events that may be read: the viewer's own, or everybody's. */
export interface AuthEvents {
  /** Null when `after` is no cursor of ours. */
  page(first: number, after: string | null): Promise<AuthEventPage | null>;
  /** Where a page begins that follows this event. */
  cursorOf(event: AuthEventRow): string;
}

/** Prepares the statements on the viewer's own events; what it returns binds them to a viewer. */
export function authEvents(mapping: DataSource, owners: Owners): (viewer: string, run: Run) => AuthEvents {
  const pages = preparePages(mapping, 'authEvent', owned(mapping, AuthEventEntity, owners).select);
  return (viewer, run) => pages({ viewer }, run);
}

/** Prepares the statements on everybody's events; each one that is run is recorded. */
export function everybodysAuthEvents(mapping: DataSource, owners: Owners): (run: Run) => AuthEvents {
  const { select, values, recorded } = forEveryOwner(mapping, AuthEventEntity, owners);
  const pages = preparePages(mapping, 'authEvent.every', select);
  return (run) => pages(values, recorded(run));
}

/** @param values whom the rows may be of: what `select` names */
type Pages = (values: Readonly<Record<string, unknown>>, run: Run) => AuthEvents;

function preparePages(mapping: DataSource, name: string, select: () => SelectQueryBuilder<AuthEventRow>): Pages {
  const firstPage = pageShape(mapping, `${name}.firstPage`, select());
  // The first condition is for the index, in which times fall and ids rise.
  const rest = '"AuthEvent"."created_at" < :at or "AuthEvent"."id" > :id';
  const next = select().andWhere('"AuthEvent"."created_at" <= :at').andWhere(`(${rest})`);
  const nextPage = pageShape(mapping, `${name}.nextPage`, next);

  return (values, run) => ({
    async page(first, after) {
      const place = after === null ? null : decodeAuthEventCursor(after);
      if (after !== null && place === null) return null;
      const { statement, parameters } = place === null ? firstPage : nextPage;
      const rows = await run<AuthEventRow>(statement, parameters({ ...values, ...place, limit: first + 1 }));
      return { nodes: rows.slice(0, first), hasNextPage: rows.length > first, hasPreviousPage: place !== null };
    },
    cursorOf: encodeAuthEventCursor,
  });
}

function pageShape(mapping: DataSource, name: string, rows: SelectQueryBuilder<AuthEventRow>) {
  rows.orderBy('AuthEvent.createdAt', 'DESC').addOrderBy('AuthEvent.id', 'ASC');
  const page = mapping
    .createQueryBuilder()
    .select('page.*')
    .from(`(${rows.getQuery()} limit :limit)`, 'page')
    .orderBy('page."createdAt"', 'DESC')
    .addOrderBy('page.id', 'ASC');
  return shape<string>(name, page, ['viewer', 'type', 'roles', 'at', 'id', 'limit']);
}
