import { setTimeout as delay } from 'node:timers/promises';
import type { BenchmarkContext } from '../benchmark.ts';
import { startLoad, type Work } from '../failures/load.ts';
import { countLostTasks } from '../failures/lost-tasks.ts';
import type { SignedInUser } from '../soak/user.ts';
import type { Fleet, Member } from './start-fleet.ts';

const WORKS: readonly Work[] = ['query', 'mutation', 'page /tasks'];
const STEADY_MILLISECONDS = 1_000;

/** What clients saw of a restart. */
export interface RestartOutcome {
  readonly name: string;
  readonly requests: number;
  /** The requests that were not served, by client and outcome. */
  readonly failed: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  /** Acknowledged writes that the database lacks. */
  readonly lost: number;
}

/** The ways in which every process is restarted, one after the other. */
const RESTARTS: readonly (readonly [name: string, restart: (member: Member) => Promise<void>])[] = [
  ['SIGTERM, each process replaced in turn', (member) => member.replace()],
  ['SIGHUP, the worker of each process replaced in turn', (member) => member.reload()],
  ['SIGKILL of each process in turn', (member) => member.kill()],
];

/** Restarts every process in each way under load through the balancer. */
export async function measureRestarts(
  { balancer, database, apis, webs }: Fleet,
  user: SignedInUser,
  { log, signal }: BenchmarkContext,
): Promise<RestartOutcome[]> {
  const outcomes: RestartOutcome[] = [];
  for (const [name, restart] of RESTARTS) {
    log(name);
    const load = startLoad(balancer, user, name, WORKS, balancer.tls);
    try {
      await delay(STEADY_MILLISECONDS);
      for (const member of [...apis, ...webs]) {
        signal.throwIfAborted();
        await restart(member);
      }
      await delay(STEADY_MILLISECONDS);
    } finally {
      await load.stop();
    }
    const failed: Record<string, number> = {};
    for (const { work, outcome, isGood } of load.seen) {
      const key = `${work}: ${outcome}`;
      if (!isGood) failed[key] = (failed[key] ?? 0) + 1;
    }
    const lost = await countLostTasks(database.superuser, load.acknowledged);
    outcomes.push({ name, requests: load.seen.length, failed, acknowledged: load.acknowledged.size, lost });
  }
  return outcomes;
}
