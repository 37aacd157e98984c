import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Refusal } from '../access/index.ts';

/**
 * The metrics of the API. Labels have values of this server: statuses, codes, routes, and coordinates of the schema. None
 * is text of a client, who could create any number of time series with it.
 */
export interface Metrics {
  readonly requests: Counter<'status'>;
  readonly duration: Histogram<'route'>;
  readonly errors: Counter<'code'>;
  readonly refusals: Counter<'reason'>;
  readonly ruleRefusals: Counter<'code' | 'rule' | 'coordinate'>;
  readonly breaches: Counter<'coordinate'>;
  readonly limited: Counter<'limit'>;
  readonly tokenCache: Counter<'result'>;
  readonly revocationLag: Histogram;
  readonly revocationChannelClosed: Gauge;
  /** Adds the lag of replicas in seconds, by their name, which is asked when the metrics are collected. */
  observeReplicas(lag: () => Promise<ReadonlyMap<string, number>>): void;
  readonly registry: Registry;
}

/** The buckets of durations, in seconds: a request takes 2 ms, and the time limit of an operation is 10 s. */
const DURATION_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Creates the metrics. Each app has its own registry, so that two apps in one process do not share counts. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  // Among others the delay of the event loop, nodejs_eventloop_lag_*, and the memory and CPU of the process.
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  let lagOfReplicas = async (): Promise<ReadonlyMap<string, number>> => new Map();
  void new Gauge({
    name: 'fieldgate_replica_lag_seconds',
    help: 'Seconds by which a replica is behind the primary.',
    labelNames: ['replica'],
    // The primary of workers adds up, unless told.
    aggregator: 'max',
    registers,
    async collect() {
      for (const [replica, seconds] of await lagOfReplicas()) this.set({ replica }, seconds);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: 'fieldgate_requests_total',
      help: 'Requests by response status.',
      labelNames: ['status'],
      registers,
    }),
    duration: new Histogram({
      name: 'fieldgate_request_duration_seconds',
      help: 'Time from the head of a request to the end of its response, by route.',
      labelNames: ['route'],
      buckets: DURATION_BUCKETS,
      registers,
    }),
    errors: new Counter({
      name: 'fieldgate_errors_total',
      help: 'Errors in responses by code; a response may have several.',
      labelNames: ['code'],
      registers,
    }),
    refusals: new Counter({
      name: 'fieldgate_refusals_total',
      help: 'Requests refused before execution, and requests with refused fields that are null.',
      labelNames: ['reason'],
      registers,
    }),
    ruleRefusals: new Counter({
      name: 'fieldgate_rule_refusals_total',
      help: 'Refused coordinates of the schema by code and kind of rule; a refused request may have several.',
      labelNames: ['code', 'rule', 'coordinate'],
      registers,
    }),
    breaches: new Counter({
      name: 'fieldgate_breaches_total',
      help: 'Objects of another owner that the guard stopped. Anything above zero is an incident.',
      labelNames: ['coordinate'],
      registers,
    }),
    limited: new Counter({
      name: 'fieldgate_limited_total',
      help: 'Requests refused by a limit: address, viewer (requests a minute), caller, server (requests and bytes in flight).',
      labelNames: ['limit'],
      registers,
    }),
    tokenCache: new Counter({
      name: 'fieldgate_token_cache_total',
      help: 'Tokens whose signature was in the cache (hit), or had to be verified (miss).',
      labelNames: ['result'],
      registers,
    }),
    revocationLag: new Histogram({
      name: 'fieldgate_revocation_lag_seconds',
      help: 'Time from the revocation of a session until this process knows of it.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    revocationChannelClosed: new Gauge({
      name: 'fieldgate_revocation_channel_closed',
      help: 'Processes that ask the table of ended sessions at every request, because their channel is closed.',
      registers,
    }),
    observeReplicas(lag) {
      lagOfReplicas = lag;
    },
  };
}

/** Creates the counter of queries by server, for an API with read replicas. */
export function createReadCounter({ registry }: Metrics): Counter<'server' | 'reason'> {
  return new Counter({
    name: 'fieldgate_reads_total',
    help: 'Queries by the server that ran them, and why.',
    labelNames: ['server', 'reason'],
    registers: [registry],
  });
}

/** What a connection pool says of itself. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Adds the metrics of a connection pool, which are read when they are collected. */
export function observePool({ registry }: Metrics, pool: PoolCounts): void {
  const registers = [registry];
  void new Gauge({
    name: 'fieldgate_pool_connections',
    help: 'Database connections of the pool by state.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
    },
  });
  void new Gauge({
    name: 'fieldgate_pool_waiting',
    help: 'Statements that wait for a database connection.',
    registers,
    collect() {
      this.set(pool.waitingCount);
    },
  });
}

/** Counts the refused coordinates of a request. */
export function countRefusals({ ruleRefusals }: Metrics, refusals: readonly Refusal[]): void {
  for (const { reason, rule, coordinate } of refusals) ruleRefusals.inc({ code: reason, rule: rule.kind, coordinate });
}
