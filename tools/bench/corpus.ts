import os from 'node:os';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Benchmark, BenchmarkContext, Report } from './benchmark.ts';
import { attackRequests, bytesOf } from './corpus/attack-requests.ts';
import type { AttackCounts, AttackerData } from './corpus/attacker.ts';
import { connectLoadClient } from './measure/load-client.ts';
import { rawRequest, REQUEST_KINDS } from './requests/request-kinds.ts';
import { type ApiProcess, startApiProcess } from './stand/api-process.ts';
import { startBenchDatabase } from './stand/bench-database.ts';
import { signAccessToken } from './stand/bench-token.ts';
import { seedUsers } from './stand/seed-users.ts';
import { median, quantile } from './statistics.ts';

/** Plays every class of hostile GraphQL request, and measures what good clients notice. */
export const corpus: Benchmark = {
  about: 'event-loop delay and response times of good clients while the corpus of hostile requests is played',
  run: measureCorpus,
};

const ROUNDS = 5;
const ROUND_MILLISECONDS = 8_000;
const WARM_UP_MILLISECONDS = 5_000;
const GOOD_CLIENTS = 4;
const ATTACKERS = 8;
/** Between two requests of a good client, in milliseconds. */
const PAUSE = 10;
const SEED = { users: 20, tasksEach: 50 };
const REPEATS = 5;

/** What was measured while the API was quiet, or attacked. */
interface Phase {
  readonly times: readonly number[];
  /** The 99th percentile of the event-loop delay, in milliseconds. */
  readonly loopDelay: number;
}

/* oxlint-disable unicorn/require-post-message-target-origin -- a worker has no origin */

async function measureCorpus({ folder, signal, log }: BenchmarkContext): Promise<Report> {
  await using started = new AsyncDisposableStack();
  const database = await startBenchDatabase(folder);
  started.defer(() => database.stop());
  const users = await seedUsers(database.superuser, SEED);
  // Each attacker and each good client has its own address, as behind a proxy.
  const api = await startApiProcess(database, folder, signal, { TRUSTED_PROXIES: '127.0.0.1,::1' });
  started.defer(() => api.stop());
  const tokens = users.map(({ id }) => signAccessToken(id, database.secrets.TOKEN_SECRETS));
  const good = tokens.slice(0, GOOD_CLIENTS);
  const hostile = tokens
    .slice(GOOD_CLIENTS, GOOD_CLIENTS + ATTACKERS)
    .map((token, index) => (index % 2 ? null : token));
  const workerData: AttackerData = { port: api.port, tokens: hostile };
  const attacker = new Worker(new URL('corpus/attacker.ts', import.meta.url), { workerData });
  started.defer(async () => void (await attacker.terminate()));

  log('Warming up');
  attacker.postMessage('play');
  await measurePhase(api, good, WARM_UP_MILLISECONDS, signal);
  await stopPlaying(attacker);
  const [quiet, attacked]: [Phase[], Phase[]] = [[], []];
  const counts: Record<number, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    log(`Round ${round + 1} of ${ROUNDS}`);
    quiet.push(await measurePhase(api, good, ROUND_MILLISECONDS, signal));
    attacker.postMessage('play');
    attacked.push(await measurePhase(api, good, ROUND_MILLISECONDS, signal));
    for (const [status, count] of Object.entries(await stopPlaying(attacker)))
      counts[Number(status)] = (counts[Number(status)] ?? 0) + count;
  }
  log('Each request alone');
  const slowest = await measureAlone(api, hostile[0] ?? null, signal);
  return report(quiet, attacked, counts, slowest);
}

async function stopPlaying(attacker: Worker): Promise<AttackCounts> {
  attacker.postMessage('stop');
  const [counts] = (await once(attacker, 'message')) as [AttackCounts];
  return counts;
}

/** Measures the good clients, each sending one request after another with a pause between them. */
async function measurePhase(
  api: ApiProcess,
  tokens: readonly string[],
  duration: number,
  signal: AbortSignal,
): Promise<Phase> {
  const times: number[] = [];
  const end = performance.now() + duration;
  await loopDelayOf(api);
  await Promise.all(
    tokens.map(async (token, index) => {
      const client = await connectLoadClient(api.port, 1);
      const request = withAddress(rawRequest(REQUEST_KINDS.list, token, { first: 20 }), `198.18.1.${index + 1}`);
      try {
        while (performance.now() < end) {
          signal.throwIfAborted();
          const began = performance.now();
          const { status, body } = await client.send(request);
          if (status !== 200) throw new Error(`A good client got status ${status} ${body.toString()}`);
          times.push(performance.now() - began);
          await delay(PAUSE);
        }
      } finally {
        client.close();
      }
    }),
  );
  return { times, loopDelay: await loopDelayOf(api) };
}

function withAddress(request: Buffer, address: string): Buffer {
  return Buffer.from(request.toString('latin1').replace('\r\n', `\r\nX-Forwarded-For: ${address}\r\n`), 'latin1');
}

/** Returns the event-loop delay since the last call: prom-client resets its histogram when it is read. */
async function loopDelayOf({ metricsPort }: ApiProcess): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1]) * 1_000;
}

/** Measures each request of the corpus on the quiet API, by class; the slowest first. */
async function measureAlone(
  { port }: ApiProcess,
  token: string | null,
  signal: AbortSignal,
): Promise<readonly (readonly [name: string, milliseconds: number])[]> {
  const worst = new Map<string, number>();
  for (const attack of attackRequests()) {
    const times: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      signal.throwIfAborted();
      const client = await connectLoadClient(port, 1);
      const request = bytesOf(attack, '198.18.2.1', token);
      if (attack.nonceAt >= 0) request.write(`9${repeat}`, request.length - attack.body.length + attack.nonceAt + 6);
      const began = performance.now();
      await client.send(request).catch(() => undefined);
      times.push(performance.now() - began);
      client.close();
    }
    worst.set(attack.name, Math.max(worst.get(attack.name) ?? 0, median(times)));
  }
  return [...worst].toSorted(([, one], [, other]) => other - one).slice(0, 12);
}

function report(
  quiet: readonly Phase[],
  attacked: readonly Phase[],
  counts: AttackCounts,
  slowest: readonly (readonly [string, number])[],
): Report {
  const row = (name: string, phases: readonly Phase[]) => {
    const all = phases.flatMap(({ times }) => times);
    return [
      name,
      all.length,
      quantile(all, 0.5),
      median(phases.map(({ times }) => quantile(times, 0.99))),
      median(phases.map(({ loopDelay }) => loopDelay)),
    ];
  };
  const ratios = attacked.map(({ times }, round) => quantile(times, 0.99) / quantile(quiet[round]?.times ?? [], 0.99));
  const responses = Object.entries(counts).map(([status, count]) => `${status} × ${count}`);
  return {
    notes: [
      `${attackRequests().length} requests of every class of hostile GraphQL request, played over and over on ${ATTACKERS} connections, each from its own address and every second with a token; no document is repeated. Responses: ${responses.join(', ')} (0: the server closed the connection).`,
      `${GOOD_CLIENTS} good clients ask for their tasks, with pauses of ${PAUSE} ms; every response was a 200. ${ROUNDS} rounds of ${ROUND_MILLISECONDS / 1_000} s without and ${ROUND_MILLISECONDS / 1_000} s with the attack; medians of the rounds.`,
      `The good clients’ p99 during the attack is ${median(ratios).toFixed(2)} times that before it.`,
      `Event-loop delay: 99th percentile by Node’s histogram, whose resolution is 10 ms. Load of the machine: ${os
        .loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')} on ${os.availableParallelism()} processors.`,
    ],
    tables: [
      {
        title: 'Good clients',
        columns: ['while', 'requests', 'p50 ms', 'p99 ms', 'event-loop delay p99 ms'],
        rows: [row('quiet', quiet), row('attacked', attacked)],
      },
      { title: 'The slowest requests of the corpus, each alone', columns: ['class', 'ms'], rows: slowest },
    ],
  };
}
