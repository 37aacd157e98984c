/** Where a moved row goes: behind the row `after`, or to the top. */
export interface RowPlace {
  readonly after: string | null;
}

/**
 * Returns where a row goes that is dropped into a gap between rows; undefined if it stays where it is.
 * @param gap the index of the row below the gap, counted with the row itself at its old place
 */
export function placeAt(rows: readonly { readonly id: string }[], id: string, gap: number): RowPlace | undefined {
  const from = rows.findIndex((row) => row.id === id);
  if (from === -1 || gap === from || gap === from + 1) return undefined;
  return { after: rows[gap - 1]?.id ?? null };
}

/**
 * Returns a position for a row behind another one, or at the top: between its new neighbours, as the API chooses it.
 * @param rows the loaded rows, in the order of their positions
 */
export function positionAfter(
  rows: readonly { readonly id: string; readonly position: number }[],
  id: string,
  after: string | null,
): number {
  const others = rows.filter((row) => row.id !== id);
  const index = after === null ? 0 : others.findIndex((row) => row.id === after) + 1;
  const [above, below] = [others[index - 1], others[index]];
  if (above && below) return (above.position + below.position) / 2;
  return above ? above.position + 1 : (below?.position ?? 0) - 1;
}
