import type { Benchmark, Table } from './benchmark.ts';
import { CONNECTIONS, takeTurn, type Turn } from './measure/turn.ts';
import { startFloor } from './requests/contestants.ts';
import { collectExchanges } from './requests/exchanges.ts';
import { WORK, type WorkName } from './requests/work.ts';
import { startApi } from './stand/api.ts';
import { startDatabase } from './stand/database.ts';
import { seed } from './stand/seed.ts';
import type { Server } from './stand/server.ts';
import { median, spread } from './statistics.ts';

/** The API beside a server written by hand for nothing but these requests, in turns on one database. */
export const requests: Benchmark = {
  about: 'processor time of a request, beside a hand-written node:http + pg server doing the same',
  async run({ say, signal, folder }) {
    await using started = new AsyncDisposableStack();
    const start = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
      const server = await starting;
      started.defer(() => server.stop());
      return server;
    };
    const database = await start(startDatabase(folder));
    say(`Seeding ${SEED.users} users with ${SEED.tasksEach} tasks each`);
    const people = await seed(database.superuser, SEED);

    const api = await start(startApi(database, folder, signal));
    const exchanges = await collectExchanges(api, people, database.secrets.TOKEN_SECRETS);
    const bodyOf = (name: WorkName) => exchanges[name][0]?.body?.toString() ?? '';
    const refusals = { unauthenticated: bodyOf('anonymous'), forbidden: bodyOf('foreign') };
    const floor = await start(startFloor(database, refusals, true, folder, signal));
    const bare = await start(startFloor(database, refusals, false, folder, signal));
    const servers = [floor, api, bare];

    const turns = new Map<string, Turn[]>();
    for (let round = -1; round < ROUNDS; round++) {
      say(round < 0 ? 'Warming up' : `Round ${round + 1} of ${ROUNDS}`);
      for (const name of NAMES) {
        for (let place = 0; place < servers.length; place++) {
          signal.throwIfAborted();
          // The order turns with the rounds, so that nobody always comes after the same one.
          const server = servers[(round + 1 + place) % servers.length] as Server;
          const count = round < 0 ? REQUESTS.warmUp : REQUESTS.round;
          const turn = await takeTurn(server, database.pid, exchanges[name], count);
          if (round >= 0) turns.set(keyOf(name, server), [...(turns.get(keyOf(name, server)) ?? []), turn]);
        }
      }
    }
    return {
      notes: [
        `Processor time, not latency: Node with its garbage collection and other threads, and all of PostgreSQL ${database.version}.`,
        `Medians of ${ROUNDS} rounds of ${REQUESTS.round} requests on ${CONNECTIONS} connections, the servers in turns on one database; ± is half the interquartile range; the ratio is the median of the rounds’ ratios.`,
        `${people.length} users with ${SEED.tasksEach} tasks each take turns; a user’s token is the same from one request to the next, as a browser’s is.`,
        'Every answer was compared with the one expected, byte for byte. The load generator’s time is not in the figures.',
      ],
      tables: [table(servers, floor, turns)],
    };
  },
};

const SEED = { users: 200, tasksEach: 50 };
const ROUNDS = 7;
/** So many of each kind in a round, and before the first. */
const REQUESTS = { round: 2_000, warmUp: 10_000 };
const NAMES = Object.keys(WORK) as WorkName[];

const keyOf = (name: WorkName, server: Server) => `${name} ${server.name}`;
const sum = ({ node, postgres }: Turn) => node + postgres;

function table(servers: readonly Server[], floor: Server, turns: ReadonlyMap<string, readonly Turn[]>): Table {
  const rows = NAMES.flatMap((name) => {
    const floors = (turns.get(keyOf(name, floor)) ?? []).map(sum);
    return servers.map((server) => {
      const own = turns.get(keyOf(name, server)) ?? [];
      const sums = own.map(sum);
      const ratios = sums.map((value, round) => value / (floors[round] ?? Number.NaN));
      const parts = [own.map(({ node }) => node), own.map(({ postgres }) => postgres)].map(median);
      return [WORK[name].title, server.name, ...parts, median(sums), spread(sums), median(ratios), spread(ratios)];
    });
  });
  return {
    title: 'Microseconds of processor time a request',
    columns: ['request', 'server', 'Node', 'PostgreSQL', 'sum', '±', 'to the floor', '±'],
    rows,
  };
}
