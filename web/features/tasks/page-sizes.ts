/** The number of tasks in the HTML, and in the first page of a view. */
export const FIRST_PAGE_SIZE = 20;
/** The number of tasks of each further page: the API's limit. */
export const NEXT_PAGE_SIZE = 100;
