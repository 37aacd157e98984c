import { randomBytes } from 'node:crypto';
import { API_SESSION_SETTINGS } from '../../server/data/admin/session-settings.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { inRoot } from '../../server/operations/paths.ts';
import type { Benchmark, Table } from './benchmark.ts';
import { chosenParts } from './chosen-parts.ts';
import { comparisonTable } from './peers/comparison-table.ts';
import type { Contestant } from './peers/measure-peer.ts';
import { type OperationName, PEER_OPERATIONS } from './peers/operations.ts';
import { FIELDGATE } from './peers/peer-list.ts';
import { startPeerStand } from './peers/peer-stand.ts';
import { measureInTurn } from './peers.ts';
import { startApiProcess } from './stand/api-process.ts';
import type { BenchDatabase } from './stand/bench-database.ts';

/** Many short rounds: the walls' part is smaller than what a busy machine adds to a long one. */
const ROUNDS = 15;
const LOAD = { connections: 32, requests: 1_000 };
const OPERATIONS = ['list', 'one', 'update'] as const satisfies readonly OperationName[];

/** The API without some of its walls, by its name for `--only`: its title, and what `walls/load-stand-ins.ts` takes away. */
const VARIANTS: Readonly<Record<string, readonly [title: string, without: string]>> = {
  'without-decision': ['without the decision', 'decision'],
  'without-guard': ['without the guard', 'guard'],
  'without-policies': ['without row-level security', 'policies'],
  'without-walls': ['without all three', 'decision,guard,policies'],
};

/** Compares the API with itself without its walls. */
export const walls: Benchmark = {
  about: 'processor time of a request beside the same API without its walls; about ten minutes, Linux',
  parts: [...OPERATIONS, ...Object.keys(VARIANTS)],
  async run({ rounds = ROUNDS, ...rest }) {
    const context = { ...rest, rounds };
    const { log, signal, folder, only } = context;
    await using stand = await startPeerStand(context);
    await using started = new AsyncDisposableStack();
    const { database } = stand;
    const unprotected = { ...database, api: await createUnprotectedRole(database) };

    const contestants: Contestant[] = [];
    for (const key of [FIELDGATE, ...chosenParts(Object.keys(VARIANTS), only)]) {
      const [name, without] = VARIANTS[key] ?? ['Fieldgate', ''];
      log(`Starting ${name}`);
      const variables = without === '' ? {} : withoutWalls(without);
      const server = await startApiProcess(
        without.includes('policies') ? unprotected : database,
        folder,
        signal,
        {},
        { name, variables },
      );
      started.defer(() => server.stop());
      contestants.push({ key, peer: null, server });
    }
    const tables: Table[] = [];
    for (const name of chosenParts(OPERATIONS, only)) {
      const { title } = PEER_OPERATIONS[name];
      tables.push(comparisonTable(title, await measureInTurn(context, stand, contestants, name, LOAD, title)));
    }
    return {
      notes: [
        `Processor time a request: Node with its garbage collection and other threads, and all of PostgreSQL ${database.version}; medians of ${rounds} rounds of ${LOAD.requests} requests on ${LOAD.connections} connections. The servers alternate on one database; "Fieldgate ÷ it" is what the walls cost, by the medians and by the median of the rounds’ ratios.`,
        'The manual, tools/bench/README.md, says what each variant lacks. The condition on the owner stays in each statement: without it a list would be of all users’ tasks.',
      ],
      tables,
    };
  },
};

/** The variables of an API process whose walls are replaced. */
const withoutWalls = (without: string) => ({
  BENCH_WITHOUT: without,
  NODE_OPTIONS: `--import=${inRoot('tools/bench/walls/load-stand-ins.ts')}`,
});

/** Creates a role with the privileges and settings of the API's, which bypasses row-level security; returns its connection string. */
async function createUnprotectedRole({ superuser, api }: BenchDatabase): Promise<string> {
  const url = new URL(api);
  const [role, password] = ['bench_unprotected', randomBytes(16).toString('hex')];
  await withClient(superuser, async (client) => {
    await client.query(`create role ${role} login bypassrls password '${password}' in role ${url.username}`);
    for (const [name, value] of API_SESSION_SETTINGS)
      await client.query(
        `alter role ${role} in database ${client.escapeIdentifier(url.pathname.slice(1))} set ${name} = '${value}'`,
      );
  });
  return Object.assign(url, { username: role, password }).href;
}
