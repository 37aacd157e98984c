import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * Moves the focus to the first of the rows that are added next: the button that requested them may disappear, and the
 * focus with it.
 * @param list the list of rows, each with its index in `data-index`
 * @param count the current number of tasks
 * @returns a function to call before more rows are requested
 */
export function useFocusOnNewRows(list: RefObject<HTMLUListElement | null>, count: number): () => void {
  const previousCount = useRef<number>(undefined);
  useEffect(() => {
    const index = previousCount.current;
    if (index === undefined || count <= index) return;
    list.current?.querySelector<HTMLElement>(`[data-index="${index}"] input`)?.focus();
    previousCount.current = undefined;
  }, [list, count]);
  return useCallback(() => {
    previousCount.current = count;
  }, [count]);
}
