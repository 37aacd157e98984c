/** Whether a file of this repository may import a specifier. Paths are from the root, with slashes. */
export function mayImport(file: string, specifier: string): boolean;
