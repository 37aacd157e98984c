import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * Moves the focus to the first of the rows that are added next: the button that requested them may disappear, and the
 * focus with it.
 * @param list the list of rows
 * @param count the current number of rows
 * @returns a function to call before more rows are requested
 */
export function useFocusOnNewRows(list: RefObject<HTMLUListElement | null>, count: number): () => void {
  const previousCount = useRef<number>(undefined);
  useEffect(() => {
    if (previousCount.current === undefined || count <= previousCount.current) return;
    list.current?.children[previousCount.current]?.querySelector<HTMLElement>('input')?.focus();
    previousCount.current = undefined;
  }, [list, count]);
  return useCallback(() => {
    previousCount.current = count;
  }, [count]);
}
