import type { BenchmarkContext } from '../benchmark.ts';
import { connectLoadClient, type Exchange } from '../measure/load-client.ts';
import { collectExchanges } from '../requests/record-exchanges.ts';
import { API_NAME } from '../stand/balancer.ts';
import { seedUsers } from '../stand/seed-users.ts';
import type { Fleet } from './start-fleet.ts';

const CONNECTIONS = 24;
export const ROUNDS = 5;
export const REQUESTS = 2_000;

/** Requests a second of a round: with one API process behind the balancer, and with all. */
export interface ThroughputRound {
  readonly one: number;
  readonly all: number;
}

/** Measures requests a second of a list of 20 tasks, through the balancer, alternating between one process and all. */
export async function measureThroughput(fleet: Fleet, { log, signal }: BenchmarkContext): Promise<ThroughputRound[]> {
  const { database, balancer, apis } = fleet;
  const users = await seedUsers(database.superuser, { users: 100, tasksEach: 50 });
  const [first] = apis as [Fleet['apis'][number]];
  const { list } = await collectExchanges(first, users, database.secrets.TOKEN_SECRETS);
  const exchanges = list.map((exchange): Exchange => ({ ...exchange, request: forBalancer(exchange.request) }));
  const secure = { ...balancer.tls, servername: API_NAME };

  const rate = async (count: number) => {
    const load = await connectLoadClient(balancer.port, CONNECTIONS, secure);
    try {
      return (count / (await load.run(exchanges, count))) * 1_000;
    } finally {
      load.close();
    }
  };
  const useOthers = async (state: 'ready' | 'maint') => {
    for (const { name } of apis.slice(1)) await balancer.command(`set server ${name} state ${state}`);
  };
  // Each process compiles its code before the first round.
  await rate(REQUESTS * apis.length);
  const rounds: ThroughputRound[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    signal.throwIfAborted();
    log(`Throughput, round ${round + 1} of ${ROUNDS}`);
    await useOthers('maint');
    const one = await rate(REQUESTS);
    await useOthers('ready');
    rounds.push({ one, all: await rate(REQUESTS) });
  }
  return rounds;
}

/** Returns a prepared request with the balancer's host name. */
const forBalancer = (request: Buffer) => Buffer.from(request.toString().replace(/^Host: .*$/m, `Host: ${API_NAME}`));
