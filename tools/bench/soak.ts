import type { Benchmark, Report, Table } from './benchmark.ts';
import {
  describeResources,
  MOST_GROWTH,
  soak,
  describeLeaks,
  type SoakOutcome,
  type SoakSize,
} from './soak/run-soak.ts';

/** The whole soak. The API caches 10,000 verified tokens: the cache is filled beforehand. */
export const WHOLE_SOAK: SoakSize = { warmUp: 500, repetitions: 3_000, tokens: 10_000 };

/** Compares memory and handles of the product's processes after 3,000 requests of each kind with those before. */
export const soaking: Benchmark = {
  about: `memory and open handles after ${WHOLE_SOAK.repetitions} requests of each kind to a running product`,
  run: async (context) => soakReport(await soak(WHOLE_SOAK, context), WHOLE_SOAK),
};

const megabytes = (bytes: number) => bytes / 1_048_576;

/** Reports the result of a soak. */
export function soakReport(outcome: SoakOutcome, { repetitions, warmUp }: SoakSize): Report {
  const leaks = describeLeaks(outcome);
  return {
    notes: [
      `npm start with its embedded PostgreSQL; ${warmUp} requests of each kind before the first measurement and ${repetitions} between the two, a tenth of that where a password is hashed.`,
      'Heap: what V8 uses after a garbage collection through the inspector. Handles: what keeps the event loop alive, at rest.',
      ...(leaks.length > 0
        ? leaks
        : [
            `No heap grew by more than ${MOST_GROWTH * 100} %, and no process holds more open handles than before, except pooled connections.`,
          ]),
    ],
    tables: [held(outcome), rates(outcome)],
  };
}

function held({ processes }: SoakOutcome): Table {
  return {
    title: 'What each process holds',
    columns: [
      'process',
      'heap before, MB',
      'after',
      'growth, %',
      'external before, MB',
      'after',
      'resident before, MB',
      'after',
      'handles before',
      'after',
    ],
    rows: processes.map(({ part, before, after }) => [
      part,
      megabytes(before.heap),
      megabytes(after.heap),
      (after.heap / before.heap - 1) * 100,
      megabytes(before.external),
      megabytes(after.external),
      megabytes(before.resident),
      megabytes(after.resident),
      describeResources(before.resources),
      describeResources(after.resources),
    ]),
  };
}

function rates({ kinds }: SoakOutcome): Table {
  return {
    title: 'Requests between the measurements',
    columns: ['kind', 'requests', 'a second'],
    rows: kinds.map(({ name, count, perSecond }) => [name, count, perSecond]),
  };
}
