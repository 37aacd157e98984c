import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { selectRange } from './select-range.ts';

/** Selecting several rows of a list. */
export interface Selection {
  /** The ids of the selected rows; null while nothing is being selected, and the checkboxes mark tasks as done. */
  readonly ids: ReadonlySet<string> | null;
  /** Starts selecting, with no row selected. */
  readonly start: () => void;
  readonly stop: () => void;
  /** Selects these rows, and no others. */
  readonly select: (ids: Iterable<string>) => void;
  /** Selects or deselects a row; with `range` all rows from the one before to it. */
  readonly toggle: (id: string, range: boolean) => void;
}

/**
 * Returns the selection of a list. `toggle` stays the same, so that memoised rows can depend on it.
 * @param order the ids of all loaded rows, in their order
 */
export function useSelection(order: readonly string[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string> | null>(null);
  const latest = useRef(order);
  useEffect(() => {
    latest.current = order;
  }, [order]);
  const anchor = useRef<string>(undefined);

  const toggle = useCallback((id: string, range: boolean) => {
    const from = range ? anchor.current : undefined;
    anchor.current = id;
    setIds((selected) => selectRange(selected ?? new Set(), latest.current, id, from));
  }, []);
  const actions = useMemo(
    () => ({
      start: () => setIds(new Set()),
      stop: () => {
        anchor.current = undefined;
        setIds(null);
      },
      select: (chosen: Iterable<string>) => setIds(new Set(chosen)),
    }),
    [],
  );
  return { ids, toggle, ...actions };
}
