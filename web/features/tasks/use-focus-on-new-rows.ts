import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * Moves the focus to the first row of those that are about to be added: the button that asked for them may be gone by
 * then, and the focus with it.
 * @param list the list that the rows stand in
 * @param count how many rows there are now
 * @returns what to call before more are asked for
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
