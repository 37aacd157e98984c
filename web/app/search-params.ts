/** The parameters of a page's URL, as Next passes them. */
export type SearchParams = Promise<Readonly<Record<string, string | string[] | undefined>>>;

/** Returns a parameter that is given once and not empty; otherwise null. */
export function textParameter(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
