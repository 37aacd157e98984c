'use client';
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useMemo, useRef } from 'react';
import { useAnnounce, useErrors } from '../../components/announcer.tsx';
import { preload } from '../../components/preload.ts';
import styles from './move-rows.module.css';
import type { DraggedList } from './row-drag.ts';
import { LAZILY, TASK_ROW } from '../../words.ts';

const loadDrag = () => import('./row-drag.ts');

/** Starts to move a row: with the pointer that is pressed on its handle, or with the keyboard. */
type Grab = (id: string, handle: HTMLElement, pointer?: { readonly clientY: number }) => void;
const GrabContext = createContext<Grab>(() => undefined);

interface MoveRowsProps {
  readonly list: RefObject<HTMLElement | null>;
  readonly rows: DraggedList['rows'];
  readonly move: DraggedList['move'];
  /** Why the rows cannot be moved, in a view that has another order; undefined if they can. */
  readonly whyNot: string | undefined;
  readonly children: ReactNode;
}

/** Lets the rows inside be moved by their handles. The code that moves them is loaded when one is first used. */
export function MoveRows({ children, ...props }: MoveRowsProps) {
  const announce = useAnnounce();
  const errors = useErrors();
  const latest = useRef({ ...props, announce, errors });
  useEffect(() => {
    latest.current = { ...props, announce, errors };
  });

  // The same function for the life of the list: memoised rows depend on it.
  const grab = useMemo<Grab>(
    () => async (id, handle, pointer) => {
      const { whyNot } = latest.current;
      if (whyNot !== undefined) return latest.current.errors.show('move', whyNot);
      let released = false;
      const events = new AbortController();
      window.addEventListener('pointerup', () => (released = true), { signal: events.signal });
      const drag = await loadDrag().catch(() => undefined);
      events.abort();
      const { list, rows, move } = latest.current;
      if (!drag) return latest.current.errors.show('move', LAZILY.notLoaded);
      if (!list.current) return undefined;
      const dragged = { element: list.current, rows, move, announce: latest.current.announce };
      if (!pointer) drag.dragByKeyboard(dragged, id, handle);
      else if (!released) drag.dragByPointer(dragged, id, pointer);
    },
    [],
  );
  return <GrabContext value={grab}>{children}</GrabContext>;
}

/** The handle of a row: dragged by mouse or finger, or grabbed with Space and moved with arrow keys. */
export function MoveHandle({ id, title, disabled }: { id: string; title: string; disabled: boolean }) {
  const grab = useContext(GrabContext);
  const preloadDrag = () => preload(loadDrag);
  return (
    <button
      type="button"
      className={styles.handle}
      aria-label={TASK_ROW.move(title)}
      aria-pressed="false"
      disabled={disabled}
      data-shortcut="m"
      onPointerEnter={preloadDrag}
      onFocus={preloadDrag}
      onPointerDown={(event) => {
        if (event.button === 0) grab(id, event.currentTarget, { clientY: event.clientY });
      }}
      onClick={(event) => {
        // A click of a pointer has a count; without one it comes from the keyboard or from a screen reader.
        if (event.detail === 0) grab(id, event.currentTarget);
      }}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M7.5 5h.01M12.5 5h.01M7.5 10h.01M12.5 10h.01M7.5 15h.01M12.5 15h.01" />
      </svg>
    </button>
  );
}
