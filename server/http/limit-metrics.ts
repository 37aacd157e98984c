import { Counter, Gauge } from 'prom-client';
import type { LimitSettler } from '../limits/limit-settler.ts';
import type { Metrics } from './metrics.ts';
import type { RequestLimitOptions } from './request-limits.ts';

/** Counts what the limits on requests do; returns the function that `createRequestLimits` calls. */
export function countLimitEvents({ registry, limited }: Metrics): NonNullable<RequestLimitOptions['onEvent']> {
  const waited = new Counter({
    name: 'fieldgate_limit_waits_total',
    help: 'Requests above the slice of this process, which waited for a settlement.',
    labelNames: ['limit'],
    registers: [registry],
  });
  return (limit, event) => (event === 'refused' ? limited : waited).inc({ limit });
}

/** Reports the state of the store in which the processes share their counts. */
export function reportLimitStore(
  { registry }: Pick<Metrics, 'registry'>,
  settler: Pick<LimitSettler, 'isAvailable' | 'processes' | 'keys' | 'settlements'>,
): void {
  const registers = [registry];
  void new Gauge({
    name: 'fieldgate_limit_store_up',
    help: '1 while the store of shared limits answers; 0 while each process counts for itself.',
    registers,
    // The primary of workers adds up, unless told: one worker without the store is what matters.
    aggregator: 'min',
    collect() {
      this.set(settler.isAvailable ? 1 : 0);
    },
  });
  void new Gauge({
    name: 'fieldgate_limit_processes',
    help: 'Processes that share the limits, as the last settlement said.',
    registers,
    aggregator: 'max',
    collect() {
      this.set(settler.processes);
    },
  });
  void new Gauge({
    name: 'fieldgate_limit_keys',
    help: 'Addresses and viewers whose requests are remembered.',
    registers,
    collect() {
      this.set(settler.keys);
    },
  });
  void new Counter({
    name: 'fieldgate_limit_settlements_total',
    help: 'Settlements with the store of shared limits, by outcome.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(settler.settlements)) this.inc({ outcome }, count);
    },
  });
}
