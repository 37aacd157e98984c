/** Characters of a title, and of a description, at most: as the schema says. */
export const TITLE_MAXIMUM = 200;
export const DESCRIPTION_MAXIMUM = 10_000;
