/**
 * What a question to the database comes to, unless that takes too long or is given up: then nobody waits for it any more.
 * @param limit in milliseconds
 * @param givenUp aborts when nobody waits any longer
 * @throws what `work` throws; {Error} when the time is up; the signal's reason when it is given
 */
export function within<T>(limit: number, work: Promise<T>, givenUp?: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(givenUp?.reason);
    const timer = setTimeout(() => reject(new Error(`The database did not answer within ${limit} ms.`)), limit).unref();
    givenUp?.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      givenUp?.removeEventListener('abort', onAbort);
    });
  });
}
