/** An object of a response. Its prototype is null: an alias may be named `__proto__` or `constructor`. */
export type ResultObject = Record<string, unknown>;

/**
 * Returns an empty result object. `Object.create(null)` would make a hash table; an object whose prototype is removed
 * keeps V8's fast properties, and is made and printed as JSON in about half the time.
 */
export function createResultObject(): ResultObject {
  return Object.setPrototypeOf({}, null) as ResultObject;
}

/** Returns a promise of an object with the settled values: graphql-js's `promiseForObject`. */
export function resultOfPromises(results: ResultObject): Promise<ResultObject> {
  return Promise.all(Object.values(results)).then((values) => {
    const settled = createResultObject();
    let index = 0;
    for (const key of Object.keys(results)) settled[key] = values[index++];
    return settled;
  });
}

/** Whether graphql-js treats a value as a promise. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
