import { withClient } from '../../server/data/pg/with-client.ts';
import type { Benchmark } from './benchmark.ts';
import { superuserUrl } from './failures/failure-list.ts';
import { createClient } from './measure/client.ts';
import { signUp } from './soak/user.ts';
import { startProduct } from './stand/product.ts';
import { median } from './statistics.ts';
import { type ActionCost, openListPage } from './web/list-page.ts';

const SIZES = [100, 1_000, 10_000];
const ROUNDS = 7;
/** More tasks than are loaded: there is a next page at every size. */
const TASKS = 12_000;

const INSERT_TASKS = `
  insert into app.task (user_id, id, title, description, due_at, priority, position)
  select id, uuidv7(), 'Task ' || n || ', to be done before long', '',
    case when n % 3 = 1 then now() + n * interval '1 hour' end, (array['LOW', 'NORMAL', 'HIGH'])[n % 3 + 1], n
  from auth."user", generate_series(1, $1::int) as n where email = $2`;

const ACTIONS = ['add', 'tick', 'delete', 'more'] as const;

/** Measures what changes of the task list cost in a real browser, with few and with many rows loaded. */
export const web: Benchmark = {
  about: `adding, ticking, deleting and loading more in a browser with up to ${SIZES.at(-1)} tasks loaded`,
  async run({ log, signal, folder }) {
    await using started = new AsyncDisposableStack();
    const product = await startProduct(folder, { TRUSTED_PROXIES: '127.0.0.1,::1' }, signal);
    started.defer(() => product.stop());
    const client = createClient(1);
    started.defer(() => client.close());
    const { email, cookie } = await signUp(client, product.webUrl, 'web-bench');
    await withClient(superuserUrl(product), (database) => database.query(INSERT_TASKS, [TASKS, email]));
    const page = await openListPage(product.webUrl, cookie, folder);
    started.defer(() => page.close());

    const rows: (string | number)[][] = [];
    for (const size of SIZES) {
      log(`Loading ${size} tasks`);
      await page.loadRows(size);
      const rendered = await page.renderedRows();
      const costs = Object.fromEntries(ACTIONS.map((action) => [action, [] as ActionCost[]]));
      for (let round = 0; round < ROUNDS; round += 1) {
        signal.throwIfAborted();
        costs['add']?.push(await page.add(`Round ${round} of ${size}`));
        costs['tick']?.push(await page.tick());
        costs['delete']?.push(await page.remove());
        costs['more']?.push(await page.more());
      }
      const cells = ACTIONS.flatMap((action) =>
        (['shown', 'mainThread'] as const).map((figure) => median((costs[action] ?? []).map((cost) => cost[figure]))),
      );
      rows.push([size.toLocaleString('en'), rendered, ...cells]);
    }
    return {
      notes: [
        `npm start and Chromium on one machine, a window of 1,280 × 900; medians of ${ROUNDS} rounds.`,
        'Shown: from the input to the frame with its effect. Thread: what the page’s main thread works until the API has answered and nothing is left to do. “More” waits for 100 tasks from the API.',
      ],
      tables: [
        {
          title: 'Milliseconds of an action',
          columns: ['tasks loaded', 'rows rendered', ...ACTIONS.flatMap((action) => [`${action}: shown`, 'thread'])],
          rows,
        },
      ],
    };
  },
};
