/** Loads a part of the page before it is used, if it can be loaded; a failure shows when it is used. */
export const preload = (load: () => Promise<unknown>): void => void load().catch(() => undefined);
