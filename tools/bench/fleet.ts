import { createProgress } from '../../server/operations/progress.ts';
import { buildAll } from '../supervisor/build-steps.ts';
import type { Benchmark, BenchmarkContext, Report } from './benchmark.ts';
import { measureRestarts, type RestartOutcome } from './fleet/measure-restarts.ts';
import { measureRevocation, type SignOutTrial, TRIALS } from './fleet/measure-revocation.ts';
import { measureThroughput, REQUESTS, ROUNDS, type ThroughputRound } from './fleet/measure-throughput.ts';
import { APIS, type Fleet, startFleet, WEBS } from './fleet/start-fleet.ts';
import { createClient } from './measure/client.ts';
import { signUp } from './soak/user.ts';
import { canRunBalancer } from './stand/balancer.ts';
import { median, quantile, spread } from './statistics.ts';

/** Measures several processes on this machine behind the balancer of docs/deploy. */
export const fleet: Benchmark = {
  about: `${APIS} API processes and ${WEBS} web processes behind HAProxy: throughput, restarts, revocation`,
  run: async (context) => {
    if (!canRunBalancer())
      return { notes: ['Did not run: it needs Linux, HAProxy and OpenSSL (apt-get install haproxy).'], tables: [] };
    await buildAll({ environment: process.env, progress: createProgress(context.log), signal: context.signal });
    context.log('Starting a database, a balancer and the processes');
    const running = await startFleet(context);
    try {
      return await measure(running, context);
    } finally {
      await running.stop();
    }
  },
};

async function measure(running: Fleet, context: BenchmarkContext): Promise<Report> {
  const { balancer } = running;
  const client = createClient(1, false, { ...balancer.tls, localAddress: '127.1.1.1' });
  const user = await signUp(client, balancer.webUrl, 'ada').finally(client.close);
  const throughput = await measureThroughput(running, context);
  const trials = await measureRevocation(running, user, context);
  const restarts = await measureRestarts(running, user, context);
  return fleetReport(throughput, trials, restarts, running.drainSeconds);
}

/** Describes the measurements. */
function fleetReport(
  throughput: readonly ThroughputRound[],
  trials: readonly SignOutTrial[],
  restarts: readonly RestartOutcome[],
  drainSeconds: number,
): Report {
  const ratios = throughput.map(({ one, all }) => all / one);
  const rateRow = (name: string, values: readonly number[]) => [name, median(values), spread(values)];
  const times = (name: string, values: readonly number[]) => [
    name,
    quantile(values, 0.5),
    quantile(values, 0.99),
    quantile(values, 1),
  ];
  return {
    notes: [
      `One machine has everything: PostgreSQL, HAProxy with docs/deploy/haproxy.cfg and TLS, ${APIS} \`npm run api\` and ${WEBS} \`npm run web\` with one worker each, and the clients. With fewer cores than processes, throughput cannot grow with them.`,
      `Throughput: a list of 20 tasks with its count on 24 connections, ${ROUNDS} rounds of ${REQUESTS} requests, alternating between one API process and all; every response compared with the expected bytes. All against one: × ${median(ratios).toFixed(2)} (± ${spread(ratios).toFixed(2)}).`,
      `Restarts: three clients with queries, three with mutations and two with pages, each sending one request after another, none twice. DRAIN_DELAY is ${drainSeconds} s.`,
      `Revocation: ${TRIALS} sign-outs through the balancer, while each API process answers one request after another with the session's token; until the last of them has answered 401.`,
    ],
    tables: [
      {
        title: 'Requests a second',
        columns: ['behind the balancer', 'median', '±'],
        rows: [
          rateRow(
            'one API process',
            throughput.map(({ one }) => one),
          ),
          rateRow(
            `${APIS} API processes`,
            throughput.map(({ all }) => all),
          ),
        ],
      },
      {
        title: 'Restarts under load',
        columns: ['restart', 'requests', 'not served', 'which', 'writes acknowledged', 'lost'],
        rows: restarts.map(({ name, requests, failed, acknowledged, lost }) => [
          name,
          requests,
          Object.values(failed).reduce((sum, count) => sum + count, 0),
          Object.entries(failed)
            .map(([what, count]) => `${what} × ${count}`)
            .join(', ') || 'none',
          acknowledged,
          lost,
        ]),
      },
      {
        title: 'Until every API process refuses',
        columns: ['since the sign-out was', 'p50 ms', 'p99 ms', 'most ms'],
        rows: [
          times(
            'sent',
            trials.map(({ sinceSent }) => sinceSent),
          ),
          times(
            'answered',
            trials.map(({ sinceAnswered }) => sinceAnswered),
          ),
        ],
      },
    ],
  };
}
