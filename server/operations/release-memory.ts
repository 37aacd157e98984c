/** What `createMemoryRelease` reads and calls. */
export interface MemoryReleaseOptions {
  /** Collects all garbage and gives unused pages back to the operating system. */
  collect(): void;
  /** Returns the part of the time since its last call, 0 to 1, in which the event loop was busy. */
  utilization(): number;
}

/** How often the utilization is read, in milliseconds. */
const PERIOD = 3_000;

/** The largest utilization of a process that is idle. A collection takes about a tenth of a second. */
const IDLE = 0.02;

/**
 * Releases the memory that the start of this process took, as soon as it is idle. V8 by itself keeps the largest young
 * generation that a process ever had. Once only: this collection also drops compiled functions, which the next requests
 * compile again. Without Node's flag `--expose-gc` nothing is released.
 */
export function releaseMemoryOfStart(): void {
  const collect = globalThis.gc;
  if (collect === undefined) return;
  let last = performance.eventLoopUtilization();
  const release = createMemoryRelease({
    collect: () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    utilization: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
  });
  const timer = setInterval(() => {
    if (release()) clearInterval(timer);
  }, PERIOD).unref();
}

/** Returns the function that collects if the process is idle, and says whether it did; call it at intervals. */
export function createMemoryRelease({ collect, utilization }: MemoryReleaseOptions): () => boolean {
  return () => {
    if (utilization() > IDLE) return false;
    collect();
    return true;
  };
}
