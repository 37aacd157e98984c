import { createProgress } from '../../server/operations/progress.ts';
import { buildAll } from '../supervisor/build-steps.ts';
import type { Benchmark } from './benchmark.ts';
import { chosenParts } from './chosen-parts.ts';
import type { CountedStatement } from './pages/count-statements.ts';
import { PAGE_KINDS, type PageKindName } from './pages/page-kinds.ts';
import { CONNECTIONS, type Cost, startPageStand, TASKS_EACH, USERS } from './pages/page-stand.ts';
import { median, spread } from './statistics.ts';

const ROUNDS = 5;
/** Requests of each kind before the first measurement, in a measured round, and while statements are counted. */
const REQUESTS = { warmUp: 600, round: 300, counted: 300 };
const NAMES = Object.keys(PAGE_KINDS) as PageKindName[];
const WEB_ROLE = 'fieldgate_auth';

/** Measures processor time and statements of pages and of the requests that a signed-in page makes to the web app. */
export const pages: Benchmark = {
  about: 'processor time and SQL statements of /tasks, /sign-in, a session read and a token; about two minutes, Linux',
  parts: NAMES,
  isOptIn: true,
  async run(context) {
    const { log, signal, rounds: count = ROUNDS, only } = context;
    await buildAll({ environment: process.env, progress: createProgress(log), signal });
    await using stand = await startPageStand(context);
    const names = chosenParts(NAMES, only);
    const costs = new Map<PageKindName, readonly Cost[]>();
    const statements = new Map<PageKindName, readonly CountedStatement[]>();
    for (const name of names) {
      const { title } = PAGE_KINDS[name];
      log(`${title}: warming up`);
      await stand.send(PAGE_KINDS[name], REQUESTS.warmUp);
      const rounds: Cost[] = [];
      for (let round = 0; round < count; round++) {
        signal.throwIfAborted();
        log(`${title}: round ${round + 1} of ${count}`);
        rounds.push(await stand.measure(PAGE_KINDS[name], REQUESTS.round));
      }
      costs.set(name, rounds);
      statements.set(name, await stand.countStatements(PAGE_KINDS[name], REQUESTS.counted));
    }
    const of = (name: PageKindName, part: keyof Cost) => (costs.get(name) ?? []).map((cost) => cost[part]);
    const sent = (name: PageKindName, isWeb: boolean) =>
      (statements.get(name) ?? []).reduce(
        (sum, { role, times }) => sum + (isWeb === (role === WEB_ROLE) ? times : 0),
        0,
      );
    return {
      notes: [
        `One web process with the production build, one API process, PostgreSQL ${stand.version}; ${USERS} signed-in users with ${TASKS_EACH} tasks each, requests of browsers on ${CONNECTIONS} connections, responses compressed.`,
        `Processor time from /proc, garbage collection, compression and all threads included: medians of ${count} rounds of ${REQUESTS.round} requests; ± is half the interquartile range of the web process.`,
        'Statements as pg_stat_statements counts them, those of transactions (BEGIN, COMMIT) included; what processes send by themselves is left out.',
      ],
      tables: [
        {
          title: 'Microseconds of processor time a request, and statements',
          columns: ['request', 'web', '±', 'API', 'PostgreSQL', 'statements of the web app', 'of the API'],
          rows: names.map((name) => [
            PAGE_KINDS[name].title,
            median(of(name, 'web')),
            spread(of(name, 'web')),
            median(of(name, 'api')),
            median(of(name, 'postgres')),
            sent(name, true),
            sent(name, false),
          ]),
        },
        {
          title: 'The statements',
          columns: ['request', 'role', 'times', 'statement'],
          rows: names.flatMap((name) =>
            (statements.get(name) ?? []).map(({ role, times, text }) => [
              PAGE_KINDS[name].title,
              role,
              times,
              text.slice(0, 100),
            ]),
          ),
        },
      ],
    };
  },
};
