import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * Moves the focus to the first row of those that are about to be added: the button that asked for them may be gone by
 * then, and the focus with it.
 * @param list the list that the rows stand in
 * @param count how many rows there are now
 * @returns what to call before more are asked for
 */
export function useFocusFrom(list: RefObject<HTMLUListElement | null>, count: number): () => void {
  const from = useRef<number>(undefined);
  useEffect(() => {
    if (from.current === undefined || count <= from.current) return;
    list.current?.children[from.current]?.querySelector<HTMLElement>('input')?.focus();
    from.current = undefined;
  }, [list, count]);
  return useCallback(() => {
    from.current = count;
  }, [count]);
}
