import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, BenchmarkContext, Report } from './benchmark.ts';
import { type Failure, FAILURES, superuserUrl } from './failures/failure-list.ts';
import { type Load, type Seen, startLoad, type Work, WORKS } from './failures/load.ts';
import { countLostTasks } from './failures/lost-tasks.ts';
import { createClient } from './measure/client.ts';
import { canMountDisk, type Product, startProduct } from './stand/product.ts';
import { type SignedInUser, signUp } from './soak/user.ts';

/** The result of one failure. */
export interface FailureOutcome {
  readonly name: string;
  /** Counts of the outcomes of each kind of client, from the start of the failure until the product recovered. */
  readonly seen: ReadonlyMap<Work, Readonly<Record<string, number>>>;
  /** Seconds from the end of the failure until every request was served again; null if that did not happen. */
  readonly recovery: number | null;
  /** Writes acknowledged since the product started, and how many of them the database lacks. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly remark: string;
}

/** The product has recovered once it serves this many requests of each kind in a row. */
const ENOUGH = 10;
const STEADY_MILLISECONDS = 1_000;
const MOST_MILLISECONDS = 90_000;

/** Measures what clients see of each failure, the time to recovery, and lost writes. */
export const failures: Benchmark = {
  about: 'what clients see when a part of a running product fails, seconds to recovery, acknowledged writes lost',
  run: async (context) => failureReport(await runFailures(context)),
};

/** Describes each failure of the product in a sentence: no recovery, a lost write, a revoked token that was accepted. */
export function failureProblems(outcomes: readonly FailureOutcome[]): string[] {
  return outcomes.flatMap(({ name, recovery, lost, remark }) => [
    ...(recovery === null ? [`After ${name} the product did not recover.`] : []),
    ...(Number.isNaN(lost) ? [`After ${name} the acknowledged writes could not be counted.`] : []),
    ...(lost > 0 ? [`After ${name} ${lost} acknowledged writes were lost.`] : []),
    ...(/: [1-9]\d* of their tokens accepted/.test(remark) ? [`During ${name} revoked tokens were accepted.`] : []),
  ]);
}

/** Causes every failure on a running product; starts a new product when a failure has ended it. */
export async function runFailures({ log, signal, folder }: BenchmarkContext): Promise<FailureOutcome[]> {
  const outcomes: FailureOutcome[] = [];
  let running: Running | undefined;
  try {
    for (const [index, failure] of FAILURES.entries()) {
      signal.throwIfAborted();
      if (failure.disk !== undefined && !canMountDisk()) {
        log(`Left out: ${failure.name} (it needs Linux and root)`);
        continue;
      }
      log(failure.name);
      if (running !== undefined && (failure.disk !== undefined || running.hasEnded())) {
        await running.product.stop();
        running = undefined;
      }
      running ??= await begin(path.join(folder, `failures-${index}`), failure.disk, signal);
      outcomes.push(await runFailure(failure, running, signal));
    }
    return outcomes;
  } finally {
    await running?.product.stop();
  }
}

/** A product, its user, and the titles of all tasks whose creation was acknowledged. */
interface Running {
  readonly product: Product;
  readonly user: SignedInUser;
  readonly acknowledged: Set<string>;
  hasEnded(): boolean;
}

async function begin(folder: string, disk: number | undefined, signal: AbortSignal): Promise<Running> {
  const product = await startProduct(folder, { TRUSTED_PROXIES: '127.0.0.1,::1' }, signal, disk);
  let hasEnded = false;
  void product.ended.then(() => (hasEnded = true));
  const client = createClient(1);
  try {
    const user = await signUp(client, product.webUrl, 'ada');
    return { product, user, acknowledged: new Set(), hasEnded: () => hasEnded };
  } catch (error) {
    await product.stop();
    throw error;
  } finally {
    client.close();
  }
}

async function runFailure(failure: Failure, running: Running, signal: AbortSignal): Promise<FailureOutcome> {
  const { product, user, acknowledged } = running;
  const load = startLoad(product, user, failure.name);
  try {
    await until(() => isServed(load, 0), STEADY_MILLISECONDS + MOST_MILLISECONDS, signal);
    await delay(STEADY_MILLISECONDS);
    const began = performance.now();
    const remark = await failure.run(product, user);
    const over = performance.now();
    const isRecovered = await until(() => running.hasEnded() || isServed(load, over), MOST_MILLISECONDS, signal);
    await load.stop();
    for (const title of load.acknowledged) acknowledged.add(title);
    const during = load.seen.filter(({ ended }) => ended >= began);
    const bad = during.filter(({ isGood }) => !isGood).map(({ ended }) => ended);
    const recovery = Math.max(0, Math.max(over, ...bad) - over) / 1_000;
    return {
      name: failure.name,
      seen: countsOf(during),
      recovery: isRecovered && !running.hasEnded() ? recovery : null,
      acknowledged: acknowledged.size,
      lost: running.hasEnded() ? Number.NaN : await countLostTasks(superuserUrl(product), acknowledged),
      remark: running.hasEnded() ? `${remark} npm start has ended`.trim() : remark,
    };
  } finally {
    await load.stop();
  }
}

/** Whether the last ten requests of each kind, all begun after a given time, were served. */
function isServed({ seen }: Load, after: number): boolean {
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

/** Reports the results of all failures. */
export function failureReport(outcomes: readonly FailureOutcome[]): Report {
  const described = (counts: Readonly<Record<string, number>> = {}) =>
    Object.entries(counts)
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([outcome, count]) => `${outcome} × ${count}`)
      .join(', ');
  const problems = failureProblems(outcomes);
  return {
    notes: [
      'npm start with its embedded PostgreSQL; nine clients, each sending one request after another. Kept connections break when their process is killed (ECONNRESET); while no process listens, clients get ECONNREFUSED.',
      'Counted from the start of the failure until each kind of request was served ten times in a row. Recovery: from the end of the failure to the last request that was not served.',
      'The benchmark looks for every acknowledged write in the database.',
      ...(problems.length > 0 ? problems : ['The product recovered from each, and no acknowledged write was lost.']),
    ],
    tables: [
      {
        title: 'Failures',
        columns: ['failure', 'recovery, s', 'writes acknowledged', 'lost', 'remark'],
        rows: outcomes.map(({ name, recovery, acknowledged, lost, remark }) => [
          name,
          recovery,
          acknowledged,
          lost,
          remark,
        ]),
      },
      {
        title: 'Outcomes by client',
        columns: ['failure', 'client', 'outcomes'],
        rows: outcomes.flatMap(({ name, seen }) => WORKS.map((work) => [name, work, described(seen.get(work))])),
      },
    ],
  };
}
