/** How a promise was settled. */
export type Outcome<T> = { readonly resolved: T } | { readonly rejected: unknown };

/** Turns a promise into a value, because a failure of the operation is not one of the connection. */
export function settle<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (resolved) => ({ resolved }),
    (rejected: unknown) => ({ rejected }),
  );
}
