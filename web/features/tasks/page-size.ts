/** How many tasks come at a time. The server's first view and the client's cache must ask for the same. */
export const PAGE_SIZE = 20;

/** The variables of the list's first page. */
export const FIRST_PAGE = { first: PAGE_SIZE } as const;
