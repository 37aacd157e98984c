/**
 * What a question to the database comes to, unless that takes too long or is given up: then nobody waits for it any more.
 * @param timeoutMs in milliseconds
 * @param signal aborts when nobody waits any longer
 * @throws what `work` throws; {Error} when the time is up; the signal's reason when it is given
 */
export function withTimeout<T>(timeoutMs: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    const timer = setTimeout(
      () => reject(new Error(`The database did not answer within ${timeoutMs} ms.`)),
      timeoutMs,
    ).unref();
    signal?.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}
