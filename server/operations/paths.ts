import path from 'node:path';

/** The repository's root folder. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** Returns a path in the repository. */
export const inRoot = (...parts: readonly string[]): string => path.join(ROOT, ...parts);
