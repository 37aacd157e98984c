import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '../../server/data/pg/with-client.ts';
import type { Benchmark, BenchmarkContext, Report } from './benchmark.ts';
import { type Fault, FAULTS, superuserUrl } from './failures/failures.ts';
import { type Load, type Seen, startLoad, type Work } from './failures/load.ts';
import { createClient } from './measure/client.ts';
import { canMountDisk, type Product, startProduct } from './stand/product.ts';
import { type Person, signUp } from './soak/person.ts';

/** The result of one fault. */
export interface FaultOutcome {
  readonly name: string;
  /** Outcomes of each kind of client and their counts, from the start of the fault until the product had recovered. */
  readonly seen: ReadonlyMap<Work, Readonly<Record<string, number>>>;
  /** Seconds from the end of the fault until every request was served again; null when that did not come. */
  readonly recovery: number | null;
  /** Writes that were acknowledged since the product was started, and how many of them the database does not have. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly remark: string;
}

const WORKS: readonly Work[] = ['query', 'mutation', 'page /tasks', 'access token'];
/** The product has recovered when so many requests of each kind in a row are served. */
const ENOUGH = 10;
const STEADY_MILLISECONDS = 1_000;
const MOST_MILLISECONDS = 90_000;

/** What clients see of each fault, how long it takes until they are served again, and what was lost. */
export const faults: Benchmark = {
  about: 'what clients see when a part of a running product fails, seconds to recovery, acknowledged writes lost',
  run: async (context) => faultReport(await tryFaults(context)),
};

/** Describes each failure of the product in a sentence: no recovery, a lost write, a revoked token that was accepted. */
export function faultProblems(outcomes: readonly FaultOutcome[]): string[] {
  return outcomes.flatMap(({ name, recovery, lost, remark }) => [
    ...(recovery === null ? [`After ${name} the product did not recover.`] : []),
    ...(Number.isNaN(lost) ? [`After ${name} the acknowledged writes could not be counted.`] : []),
    ...(lost > 0 ? [`After ${name} ${lost} acknowledged writes were lost.`] : []),
    ...(/: [1-9]\d* of their tokens accepted/.test(remark) ? [`During ${name} revoked tokens were accepted.`] : []),
  ]);
}

/** Causes every fault on a running product; starts a new product when a fault has ended it. */
export async function tryFaults({ log, signal, folder }: BenchmarkContext): Promise<FaultOutcome[]> {
  const outcomes: FaultOutcome[] = [];
  let running: Running | undefined;
  try {
    for (const [index, fault] of FAULTS.entries()) {
      signal.throwIfAborted();
      if (fault.disk !== undefined && !canMountDisk()) {
        log(`Left out: ${fault.name} (it needs Linux and root)`);
        continue;
      }
      log(fault.name);
      if (running !== undefined && (fault.disk !== undefined || running.hasEnded())) {
        await running.product.stop();
        running = undefined;
      }
      running ??= await begin(path.join(folder, `faults-${index}`), fault.disk, signal);
      outcomes.push(await tryFault(fault, running, signal));
    }
    return outcomes;
  } finally {
    await running?.product.stop();
  }
}

/** A product, its user, and the titles of all their tasks that were acknowledged. */
interface Running {
  readonly product: Product;
  readonly person: Person;
  readonly acknowledged: Set<string>;
  hasEnded(): boolean;
}

async function begin(folder: string, disk: number | undefined, signal: AbortSignal): Promise<Running> {
  const product = await startProduct(folder, { TRUSTED_PROXIES: '127.0.0.1,::1' }, signal, disk);
  let hasEnded = false;
  void product.ended.then(() => (hasEnded = true));
  const client = createClient(1);
  try {
    const person = await signUp(client, product.webUrl, 'ada');
    return { product, person, acknowledged: new Set(), hasEnded: () => hasEnded };
  } catch (error) {
    await product.stop();
    throw error;
  } finally {
    client.close();
  }
}

async function tryFault(fault: Fault, running: Running, signal: AbortSignal): Promise<FaultOutcome> {
  const { product, person, acknowledged } = running;
  const load = startLoad(product, person, fault.name);
  try {
    await until(() => isWell(load, 0), STEADY_MILLISECONDS + MOST_MILLISECONDS, signal);
    await delay(STEADY_MILLISECONDS);
    const began = performance.now();
    const remark = await fault.run(product, person);
    const over = performance.now();
    const isRecovered = await until(() => running.hasEnded() || isWell(load, over), MOST_MILLISECONDS, signal);
    await load.stop();
    for (const title of load.acknowledged) acknowledged.add(title);
    const during = load.seen.filter(({ ended }) => ended >= began);
    const bad = during.filter(({ isGood }) => !isGood).map(({ ended }) => ended);
    const recovery = Math.max(0, Math.max(over, ...bad) - over) / 1_000;
    return {
      name: fault.name,
      seen: countsOf(during),
      recovery: isRecovered && !running.hasEnded() ? recovery : null,
      acknowledged: acknowledged.size,
      lost: running.hasEnded() ? Number.NaN : await lostOf(product, acknowledged),
      remark: running.hasEnded() ? `${remark} npm start has ended`.trim() : remark,
    };
  } finally {
    await load.stop();
  }
}

/** Whether each kind of request that began after a moment was served, and the last ten in a row. */
function isWell({ seen }: Load, after: number): boolean {
  return WORKS.every((work) => {
    const last = seen.filter((each) => each.work === work && each.began > after).slice(-ENOUGH);
    return last.length === ENOUGH && last.every(({ isGood }) => isGood);
  });
}

async function until(isSo: () => boolean, most: number, signal: AbortSignal): Promise<boolean> {
  for (const deadline = Date.now() + most; !isSo(); await delay(50)) {
    signal.throwIfAborted();
    if (Date.now() > deadline) return false;
  }
  return true;
}

function countsOf(seen: readonly Seen[]): Map<Work, Record<string, number>> {
  return new Map(
    WORKS.map((work) => {
      const counts: Record<string, number> = {};
      for (const { outcome } of seen.filter((each) => each.work === work)) counts[outcome] = (counts[outcome] ?? 0) + 1;
      return [work, counts];
    }),
  );
}

/** How many of the acknowledged tasks are not in the database, read past the API and row security. */
async function lostOf(product: Product, acknowledged: ReadonlySet<string>): Promise<number> {
  const kept = await withClient(superuserUrl(product), async (client) => {
    const { rows } = await client.query<{ title: string }>('select title from app.task');
    return new Set(rows.map(({ title }) => title));
  });
  return [...acknowledged].filter((title) => !kept.has(title)).length;
}

/** Reports the results of all faults. */
export function faultReport(outcomes: readonly FaultOutcome[]): Report {
  const described = (counts: Readonly<Record<string, number>> = {}) =>
    Object.entries(counts)
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([outcome, count]) => `${outcome} × ${count}`)
      .join(', ');
  const problems = faultProblems(outcomes);
  return {
    notes: [
      'npm start with its embedded PostgreSQL; nine clients, each sending one request after another. Their kept connections break with the process that they lead to (ECONNRESET); while it does not listen they meet ECONNREFUSED.',
      'Counted from the moment of the fault until each kind of request had been served ten times in a row. Recovery is from the end of the fault to the last request that was not served.',
      'Every acknowledged write since the product was started is looked for in the database.',
      ...(problems.length > 0 ? problems : ['The product recovered from each, and no acknowledged write was lost.']),
    ],
    tables: [
      {
        title: 'Faults',
        columns: ['fault', 'recovery, s', 'writes acknowledged', 'lost', 'remark'],
        rows: outcomes.map(({ name, recovery, acknowledged, lost, remark }) => [
          name,
          recovery,
          acknowledged,
          lost,
          remark,
        ]),
      },
      {
        title: 'What clients saw',
        columns: ['fault', 'client', 'saw'],
        rows: outcomes.flatMap(({ name, seen }) => WORKS.map((work) => [name, work, described(seen.get(work))])),
      },
    ],
  };
}
