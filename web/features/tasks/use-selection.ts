import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { selectRange } from './select-range.ts';

/** Selecting several rows of a list. */
export interface Selection {
  /** The ids of the selected rows; null while nothing is being selected, and the checkboxes mark tasks as done. */
  readonly ids: ReadonlySet<string> | null;
  /** Starts selecting, with no row selected. */
  readonly start: () => void;
  readonly stop: () => void;
  /** Selects all loaded rows. */
  readonly selectAll: () => void;
  /** Selects or deselects a row; with `range` all rows from the one before to it. */
  readonly toggle: (id: string, range: boolean) => void;
}

/**
 * Returns the selection of a list. Its functions stay the same, so that memoised rows can depend on them.
 * @param rows all loaded rows, in their order
 */
export function useSelection(rows: readonly { readonly id: string }[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string> | null>(null);
  const latest = useRef(rows);
  useEffect(() => {
    latest.current = rows;
  }, [rows]);
  const anchor = useRef<string>(undefined);

  const order = useCallback(() => latest.current.map(({ id }) => id), []);
  const toggle = useCallback(
    (id: string, range: boolean) => {
      const from = range ? anchor.current : undefined;
      anchor.current = id;
      setIds((selected) => selectRange(selected ?? new Set(), range ? order() : [id], id, from));
    },
    [order],
  );
  const actions = useMemo(
    () => ({
      start: () => setIds(new Set()),
      stop: () => {
        anchor.current = undefined;
        setIds(null);
      },
      selectAll: () => setIds(new Set(order())),
    }),
    [order],
  );
  return { ids, toggle, ...actions };
}
