/** The import rules: each place and what it may import. */
export const TABLE: readonly (readonly [place: string, allowed: readonly string[]])[];

/** Whether a file of this repository may import a specifier. Paths are relative to the root, with slashes. */
export function mayImport(file: string, specifier: string): boolean;
