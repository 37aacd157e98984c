/** What the web app counts. Each value is one of a fixed set, never text of a client: it becomes the label of a time series. */
export interface WebMetrics {
  /** Counts an answered request. @param status null if the connection ended before a response */
  answered(path: string, status: number | null, milliseconds: number): void;
  /** Counts an event of an account, such as a sign-in, by kind and outcome. */
  accountEvent(kind: string, outcome: string): void;
  /** Counts a request that a limit refused: of a network, of an account's guesses, or of the queue for passwords. */
  limited(limit: 'network' | 'account' | 'passwords'): void;
}

const METRICS = Symbol.for('fieldgate.web-metrics');

/** Next bundles this file into pages and into account routes, and `serve.ts` loads it too. All copies share the metrics. */
const shared = globalThis as { [METRICS]?: WebMetrics };

/** Makes `metrics` those of this process. */
export function setWebMetrics(metrics: WebMetrics): void {
  shared[METRICS] = metrics;
}

/** Returns the metrics of this process; undefined in a build, in tests and under `npm run dev`. */
export function webMetrics(): WebMetrics | undefined {
  return shared[METRICS];
}
