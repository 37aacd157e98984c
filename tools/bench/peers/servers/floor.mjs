import { Pool } from 'pg';
import { FORBIDDEN, serve } from './http-server.mjs';
import { options, POOL_SIZE } from './options.mjs';
import { CREATE, LIST, ONE, STEPS, stepsByTask, UPDATE, USER } from './statements.mjs';
import { prepareViewer, queryAsViewer } from './viewer-query.mjs';

/**
 * The floor: node:http, pg and JSON.stringify for these operations only, found by their names, without GraphQL. With
 * `row-security` as its second argument it sets the viewer before each statement; without, it relies on its `where`.
 */
const isRowSecurityOn = process.argv[3] === 'row-security';
const pool = new Pool({
  connectionString: options.databaseUrl,
  max: POOL_SIZE,
  ...(isRowSecurityOn && { onConnect: prepareViewer }),
});

async function rows(user, statement, values) {
  if (!isRowSecurityOn) return (await pool.query({ ...statement, values })).rows;
  const client = await pool.connect();
  try {
    return await queryAsViewer(client, user, { ...statement, values });
  } finally {
    client.release();
  }
}

const ANSWERS = {
  List: async (user) => ({ tasks: { nodes: await rows(user, LIST, [user, 20]) } }),
  One: async (user, { id }) => ({ task: (await rows(user, ONE, [user, id]))[0] ?? null }),
  Steps: async (user) => {
    const tasks = await rows(user, LIST, [user, 20]);
    const ids = tasks.map(({ id }) => id);
    const steps = stepsByTask(ids, await rows(user, STEPS, [user, ids]));
    const nodes = tasks.map((task, index) => ({
      ...task,
      steps: steps[index].map(({ id, title, done }) => ({ id, title, done })),
    }));
    return { tasks: { nodes } };
  },
  Create: async (user, { title }) => ({ createTask: (await rows(user, CREATE, [user, title]))[0] }),
  Update: async (user, { id, title }) => ({ updateTask: (await rows(user, UPDATE, [user, id, title]))[0] }),
  Other: async (user, { id }) => (id === user ? { user: (await rows(user, USER, [id]))[0] ?? null } : null),
};

serve(async (user, { operationName, variables }) => {
  const data = await ANSWERS[operationName](user, variables);
  return data === null ? [403, FORBIDDEN] : [200, { data }];
});
