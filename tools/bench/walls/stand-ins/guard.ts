export { AccessBreach, isOwnedBy } from '../../../../server/access/guard.ts';

/** Wraps no resolver. */
export const guardSchema = (): void => {};
