/** Characters of a title, and of a description, at most: as the schema says. */
export const MAX_TITLE_LENGTH = 200;
export const MAX_DESCRIPTION_LENGTH = 10_000;
