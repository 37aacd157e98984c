/**
 * Returns a selection after a click on a row: the row is selected or deselected, and all rows between it and `from` are
 * as it then is. Without `from`, or if that row is gone, the clicked row alone changes.
 * @param order the ids of all rows, in their order
 */
export function selectRange(
  selected: ReadonlySet<string>,
  order: readonly string[],
  clicked: string,
  from?: string,
): ReadonlySet<string> {
  const changed = new Set(selected);
  const ends = [order.indexOf(from ?? clicked), order.indexOf(clicked)].toSorted((a, b) => a - b);
  const [first = -1, last = -1] = ends;
  const rows = first === -1 ? [clicked] : order.slice(first, last + 1);
  for (const id of rows) {
    if (selected.has(clicked)) changed.delete(id);
    else changed.add(id);
  }
  return changed;
}
