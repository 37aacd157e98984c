/** The operations whose cost is measured, by their titles. */
export const OPERATIONS: Readonly<Record<string, readonly [viewer: string, document: string, variables: object]>>;
