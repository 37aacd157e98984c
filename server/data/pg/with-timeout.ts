/**
 * Resolves or rejects as `work` does, unless the timeout or the signal comes first. `work` itself is not stopped; its
 * later outcome is ignored.
 * @param timeoutMs in milliseconds
 * @param signal rejects at once when it aborts
 * @param actor who does the work, for the error
 * @throws what `work` throws; {Error} on timeout; the signal's reason on abort
 */
export function withTimeout<T>(
  timeoutMs: number,
  work: Promise<T>,
  signal?: AbortSignal,
  actor = 'The database',
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    const timer = setTimeout(
      () => reject(new Error(`${actor} did not answer within ${timeoutMs} ms.`)),
      timeoutMs,
    ).unref();
    signal?.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}
