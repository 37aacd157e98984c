/** The variables of the list's first page. The server's first view and the client's cache must ask for the same. */
export const FIRST_PAGE = { first: 20 } as const;
