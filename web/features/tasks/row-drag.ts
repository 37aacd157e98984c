import { placeAt, type RowPlace } from './row-place.ts';
import styles from './row-drag.module.css';
import { ROW_DRAG } from '../../words.ts';

/** The list whose rows are moved. */
export interface DraggedList {
  readonly element: HTMLElement;
  /** All loaded rows, in their order. */
  readonly rows: readonly { readonly id: string; readonly title: string }[];
  /** Moves a row behind another one; to the top if `after` is null. */
  readonly move: (id: string, after: string | null) => void;
  readonly announce: (message: string) => void;
}

/** The distance from the window's edges at which the page scrolls, and how far in each frame, in pixels. */
const EDGE = 72;
const SCROLL_STEP = 12;

const rowElement = (list: DraggedList, id: string) =>
  list.element.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);

/** A line that shows where the row will be. By the CSSOM: the page's policy allows no inline style in HTML. */
function createMarker(list: DraggedList) {
  const line = document.createElement('div');
  line.className = styles['marker'] ?? '';
  document.body.append(line);
  return {
    /** Shows the line in front of the row at `index`, or behind the last row. */
    show(index: number) {
      const next = list.rows[index];
      const previous = list.rows[index - 1];
      const below = next && rowElement(list, next.id)?.getBoundingClientRect();
      const above = previous && rowElement(list, previous.id)?.getBoundingClientRect();
      const rect = below ?? above;
      line.hidden = !rect;
      if (!rect) return;
      line.style.insetBlockStart = `${(below ? below.top : rect.bottom) - 1}px`;
      line.style.insetInlineStart = `${rect.left}px`;
      line.style.inlineSize = `${rect.width}px`;
    },
    hide: () => (line.hidden = true),
    remove: () => line.remove(),
  };
}

/**
 * Returns the gap between rows at a height in the window: the index of the row below it. The dragged row is where the
 * pointer is, and does not count.
 */
function gapAt(list: DraggedList, dragged: string, y: number): number {
  let gap = 0;
  for (const [index, { id }] of list.rows.entries()) {
    const rect = id === dragged ? undefined : rowElement(list, id)?.getBoundingClientRect();
    if (rect && y > rect.top + rect.height / 2) gap = index + 1;
  }
  return gap;
}

function drop(list: DraggedList, id: string, gap: number): void {
  const place = placeAt(list.rows, id, gap);
  if (place) list.move(id, place.after);
}

/** Moves a row with the pointer, a mouse or a finger, until it is released; Escape cancels. */
export function dragByPointer(list: DraggedList, id: string, start: { readonly clientY: number }): void {
  const row = rowElement(list, id);
  if (!row) return;
  const marker = createMarker(list);
  const events = new AbortController();
  const startScroll = window.scrollY;
  let y = start.clientY;
  let hasMoved = false;
  let frame = 0;
  row.dataset['dragging'] = '';

  const update = () => {
    row.style.translate = `0 ${y - start.clientY + window.scrollY - startScroll}px`;
    const gap = gapAt(list, id, y);
    if (placeAt(list.rows, id, gap)) marker.show(gap);
    else marker.hide();
  };
  const scroll = () => {
    const by = y < EDGE ? -SCROLL_STEP : y > window.innerHeight - EDGE ? SCROLL_STEP : 0;
    // A row near the edge can be grabbed without the page running away.
    if (by !== 0 && hasMoved) {
      window.scrollBy(0, by);
      update();
    }
    frame = requestAnimationFrame(scroll);
  };
  const end = (dropped: boolean) => {
    events.abort();
    cancelAnimationFrame(frame);
    row.style.translate = '';
    marker.remove();
    delete row.dataset['dragging'];
    if (dropped) drop(list, id, gapAt(list, id, y));
  };

  const onMove = (event: PointerEvent) => {
    y = event.clientY;
    hasMoved = true;
    update();
  };

  const options = { signal: events.signal };
  window.addEventListener('pointermove', onMove, options);
  window.addEventListener('pointerup', () => end(true), options);
  window.addEventListener('pointercancel', () => end(false), options);
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      end(false);
    },
    { ...options, capture: true },
  );
  frame = requestAnimationFrame(scroll);
}

const STEPS: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowUp: (index) => Math.max(0, index - 1),
  ArrowDown: (index, last) => Math.min(last, index + 1),
  Home: () => 0,
  End: (_, last) => last,
};

/**
 * Moves a row with the keyboard: arrow keys, Home and End choose the place, Space or Enter drops it there, Escape or
 * leaving the handle cancels.
 * @param handle the button that has the focus
 */
export function dragByKeyboard(list: DraggedList, id: string, handle: HTMLElement): void {
  const last = list.rows.length - 1;
  const from = list.rows.findIndex((row) => row.id === id);
  const title = list.rows[from]?.title ?? '';
  const marker = createMarker(list);
  const events = new AbortController();
  let to = from;

  /** The gap for a place: the row itself leaves one behind. */
  const gap = () => (to > from ? to + 1 : to);
  const placeText = (place: RowPlace | undefined) => {
    const above = list.rows.find((row) => row.id === place?.after)?.title;
    return ROW_DRAG.position(to + 1, last + 1, above);
  };
  const show = () => {
    const target = list.rows[to];
    const row = target && rowElement(list, target.id);
    // The first or the last row of many may not be rendered yet.
    if (row) row.scrollIntoView({ block: 'nearest' });
    else list.element.scrollIntoView({ block: to === 0 ? 'start' : 'end' });
    marker.show(gap());
  };
  const end = (message?: string) => {
    events.abort();
    marker.remove();
    handle.setAttribute('aria-pressed', 'false');
    if (message !== undefined) list.announce(message);
  };

  handle.setAttribute('aria-pressed', 'true');
  list.announce(ROW_DRAG.grabbed(title, from + 1, last + 1));
  show();

  const options = { signal: events.signal };
  handle.addEventListener('blur', () => end(ROW_DRAG.cancelled(title)), options);
  // Where the line is depends on how far the page is scrolled.
  window.addEventListener('scroll', () => marker.show(gap()), options);
  handle.addEventListener(
    'keydown',
    (event) => {
      const step = STEPS[event.key];
      if (step) {
        to = step(to, last);
        show();
        list.announce(placeText(placeAt(list.rows, id, gap())));
      } else if (event.key === ' ' || event.key === 'Enter') {
        end();
        drop(list, id, gap());
      } else if (event.key === 'Escape') end(ROW_DRAG.cancelled(title));
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    options,
  );
}
