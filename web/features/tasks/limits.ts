/** The longest title and description, in characters, as in the schema. */
export const MAX_TITLE_LENGTH = 200;
export const MAX_DESCRIPTION_LENGTH = 10_000;

/** The most steps of a task, and the most ids of one bulk change, as in the schema. */
export const MAX_STEPS = 100;
export const MAX_BULK_IDS = 100;
