import { connectLoadClient, type Exchange } from '../measure/load-client.ts';
import { readCallers, restoreRows } from '../peers/callers.ts';
import { checkResponses, prepareMutations, type Stand } from '../peers/measure-peer.ts';
import { PEER_OPERATIONS } from '../peers/operations.ts';
import { FIELDGATE } from '../peers/peer-list.ts';
import { collectExchanges } from '../requests/record-exchanges.ts';
import { REQUEST_KINDS, type RequestKindName } from '../requests/request-kinds.ts';
import type { BenchDatabase } from '../stand/bench-database.ts';
import type { SeededUser } from '../stand/seed-users.ts';
import type { ServerProcess } from '../stand/server-process.ts';

const QUERIES = Object.keys(REQUEST_KINDS) as RequestKindName[];
const MUTATIONS = ['create', 'update'] as const;

/** The name of a kind of request in `--only`. */
export type BudgetKindName = RequestKindName | (typeof MUTATIONS)[number];

/** The kinds of request: those of `requests`, and the mutations of `peers`. */
export const BUDGET_KINDS: readonly BudgetKindName[] = [...QUERIES, ...MUTATIONS];

/** One kind of request. */
export interface BudgetKind {
  /** The title of its column. */
  readonly title: string;
  /**
   * Calls `send` with `count` requests and their expected responses, or with fewer to send again; then restores the rows.
   * @throws {Error} when a response is wrong
   */
  run<T>(count: number, send: (exchanges: readonly Exchange[]) => Promise<T>): Promise<T>;
}

/** Records the requests of each kind, and the API's responses. */
export async function prepareBudgetKinds(
  api: ServerProcess,
  database: BenchDatabase,
  users: readonly SeededUser[],
): Promise<ReadonlyMap<BudgetKindName, BudgetKind>> {
  const stand: Stand = { database, callers: await readCallers(database.superuser, users) };
  const exchanges = await collectExchanges(api, users, database.secrets.TOKEN_SECRETS);
  const queryKind = (name: RequestKindName): BudgetKind => ({
    title: REQUEST_KINDS[name].title,
    run: (_count, send) => send(exchanges[name]),
  });
  return new Map<BudgetKindName, BudgetKind>([
    ...QUERIES.map((name) => [name, queryKind(name)] as const),
    ...MUTATIONS.map((name) => [name, mutationKind(stand, api, name)] as const),
  ]);
}

function mutationKind(stand: Stand, api: ServerProcess, name: (typeof MUTATIONS)[number]): BudgetKind {
  const contestant = { key: FIELDGATE, peer: null };
  const checked = stand.callers.length;
  return {
    title: PEER_OPERATIONS[name].title,
    async run(count, send) {
      const load = await connectLoadClient(api.port, 1);
      try {
        await checkResponses(stand, contestant, name, load, 0, checked);
        return await send(prepareMutations(stand, contestant, name, checked, count));
      } finally {
        load.close();
        await restoreRows(stand.database.superuser, stand.callers);
      }
    },
  };
}
