import DataLoader from 'dataloader';
import { Pool } from 'pg';
import { options, POOL_SIZE } from './options.mjs';
import { DateTime } from './schema.mjs';
import { CREATE, LIST, ONE, STEPS, stepsByTask, UPDATE, USER } from './statements.mjs';

const pool = new Pool({ connectionString: options.databaseUrl, max: POOL_SIZE });

/**
 * Runs a prepared statement.
 * @param {{ name: string, text: string }} statement
 * @param {unknown[]} values
 */
export const rows = async (statement, values) => (await pool.query({ ...statement, values })).rows;

/** Creates the loader of a request's steps. */
export const createStepLoader = (/** @type {string} */ user) =>
  new DataLoader(async (/** @type {readonly string[]} */ ids) => stepsByTask(ids, await rows(STEPS, [user, ids])));

/**
 * The resolvers of the peers that write SQL by hand. The viewer's id is in every `where`; nothing else protects rows.
 * @param {(context: any) => string} viewerOf
 * @param {boolean} isBatchedElsewhere whether the server has loaders of its own for the steps
 */
export const createResolvers = (viewerOf, isBatchedElsewhere = false) => ({
  DateTime,
  Query: {
    tasks: async (_, { first }, context) => ({ nodes: await rows(LIST, [viewerOf(context), first]) }),
    task: async (_, { id }, context) => (await rows(ONE, [viewerOf(context), id]))[0] ?? null,
    user: async (_, { id }) => (await rows(USER, [id]))[0] ?? null,
  },
  Mutation: {
    createTask: async (_, { input }, context) => (await rows(CREATE, [viewerOf(context), input.title]))[0],
    updateTask: async (_, { id, input }, context) => (await rows(UPDATE, [viewerOf(context), id, input.title]))[0],
  },
  ...(!isBatchedElsewhere && {
    Task: {
      steps: ({ id }, _, context) => (context.steps ??= createStepLoader(viewerOf(context))).load(id),
    },
  }),
});
