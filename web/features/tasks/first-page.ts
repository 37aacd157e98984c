/** The variables of the list's first page: the server's query and the client's cache must use the same. */
export const FIRST_PAGE = { first: 20 } as const;
