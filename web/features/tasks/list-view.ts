import type { TaskFilter, TaskOrder } from '../../graphql/generated/operations.ts';

/** Which tasks a view shows. */
export type Shown = 'all' | 'open' | 'done' | 'today' | 'overdue';
/** What a view is sorted by. */
export type Sorting = 'position' | 'created' | 'changed' | 'due' | 'priority' | 'title';

/** A view of the task list, as it is in the URL. */
export interface ListView {
  readonly shown: Shown;
  /** Text in title or description; empty for no condition. */
  readonly text: string;
  readonly sorting: Sorting;
}

/** What the API is asked for a view, apart from the page. */
export interface ViewVariables {
  readonly filter?: TaskFilter | null;
  readonly orderBy: TaskOrder;
}

export const SHOWN = ['all', 'open', 'today', 'overdue', 'done'] as const satisfies readonly Shown[];
export const SORTINGS = [
  'position',
  'created',
  'changed',
  'due',
  'priority',
  'title',
] as const satisfies readonly Sorting[];

/** The view without conditions, in the order that the user has arranged. */
export const WHOLE_LIST: ListView = { shown: 'all', text: '', sorting: 'position' };

/** The longest text to search for, in characters, as in the schema. */
export const MAX_SEARCH_LENGTH = 200;

const ORDERS: Readonly<Record<Sorting, TaskOrder>> = {
  position: { field: 'POSITION', direction: 'ASC' },
  created: { field: 'CREATED_AT', direction: 'DESC' },
  changed: { field: 'UPDATED_AT', direction: 'DESC' },
  due: { field: 'DUE_AT', direction: 'ASC' },
  priority: { field: 'PRIORITY', direction: 'DESC' },
  title: { field: 'TITLE', direction: 'ASC' },
};

/** Returns the view of a URL's query string. What it does not know, such as from a later release, it ignores. */
export function parseView(query: string): ListView {
  const parameters = new URLSearchParams(query);
  const shown = SHOWN.find((name) => name === parameters.get('show'));
  const sorting = SORTINGS.find((name) => name === parameters.get('sort'));
  const text = parameters.get('q')?.slice(0, MAX_SEARCH_LENGTH).toWellFormed() ?? '';
  return { shown: shown ?? WHOLE_LIST.shown, text, sorting: sorting ?? WHOLE_LIST.sorting };
}

/** Returns the query string of a view, with its question mark; empty for the whole list. */
export function printView({ shown, text, sorting }: ListView): string {
  const parameters = new URLSearchParams();
  if (shown !== WHOLE_LIST.shown) parameters.set('show', shown);
  if (text !== '') parameters.set('q', text);
  if (sorting !== WHOLE_LIST.sorting) parameters.set('sort', sorting);
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** Returns whether a view has conditions: an empty one then says that nothing matches. */
export const isFiltered = ({ shown, text }: ListView): boolean => shown !== 'all' || text.trim() !== '';

/** Returns the start of a day in UTC, which bounds the dates without a time (decision 052). */
const startOf = (day: string) => `${day}T00:00:00.000Z`;

function dayAfter(day: string): string {
  const next = new Date(startOf(day));
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

function shownFilter(shown: Shown, today: string): TaskFilter {
  if (shown === 'all') return {};
  if (shown === 'overdue') return { done: false, dueBefore: startOf(today) };
  if (shown === 'today') return { done: false, dueAfter: startOf(today), dueBefore: startOf(dayAfter(today)) };
  return { done: shown === 'done' };
}

/**
 * Returns the variables of a view's query: the server's query and the cache must use the same.
 * @param today the viewer's day, as `2026-11-21`
 */
export function viewVariables({ shown, text, sorting }: ListView, today: string): ViewVariables {
  const searched = text.trim();
  const filter = { ...shownFilter(shown, today), ...(searched !== '' && { text: searched }) };
  return { ...(Object.keys(filter).length > 0 && { filter }), orderBy: ORDERS[sorting] };
}
