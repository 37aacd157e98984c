import { parse, Source, type OperationDefinitionNode } from 'graphql';
import {
  accessDirectiveSdl,
  type AccessViewer,
  checkSchema,
  createPlanner,
  authorize,
  loadSchema,
} from '../../server/access/index.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import type { Benchmark, Table } from './benchmark.ts';
import { median } from './statistics.ts';

/** Measures the access engine: checking a large schema at start, and authorizing a known operation on each request. */
export const access: Benchmark = {
  about: 'the access engine: checking a schema at start, and authorizing an operation on each request',
  run: async () => ({ notes: [`Medians of ${ROUNDS} rounds.`], tables: [start(), request()] }),
};

const ROUNDS = 5;
const TYPES = 5_000;

function start(): Table {
  const types = Array.from(
    { length: TYPES },
    (_, index) =>
      `type T${index} @owner { id: ID! userId: ID! next: T${(index + 1) % TYPES} note: String @auth(roles: [ADMIN]) }`,
  );
  const text = `${accessDirectiveSdl} enum Role { USER ADMIN } type Query { first: T0 @auth } ${types.join('\n')}`;
  const schema = loadSchema([new Source(text)]);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = performance.now();
    checkSchema(schema);
    return performance.now() - before;
  });
  return {
    title: 'Checking a schema at start',
    columns: ['types', 'fields', 'ms'],
    rows: [[String(TYPES), TYPES * 4 + 1, median(rounds)]],
  };
}

const OPERATIONS = {
  'list of 20': 'query ($first: Int) { tasks(first: $first) { nodes { id title done dueAt priority } totalCount } }',
  'by id, with an owner argument': 'query ($id: ID!) { user(id: $id) { id name email } }',
} as const;

const CALLS = 100_000;

function request(): Table {
  const policy = checkSchema(executableSchema());
  const planFor = createPlanner(policy);
  const viewer: AccessViewer = { userId: 'ada', roles: ['USER'], authTime: 0, emailVerified: true };
  const variables = { first: 20, id: 'ada' };
  const rows = Object.entries(OPERATIONS).flatMap(([name, text]) => {
    const document = parse(text);
    const operation = document.definitions[0] as OperationDefinitionNode;
    return ([viewer, null] as const).map((caller) => {
      const call = () =>
        void authorize(policy, planFor(document, operation, variables), operation, variables, caller, 0);
      return [`${name}, ${caller ? 'allowed' : 'refused'}`, time(call), bytes(call)];
    });
  });
  return { title: 'Authorizing a known operation', columns: ['operation', 'µs', 'bytes'], rows };
}

/** Returns the microseconds of one call. */
function time(call: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = performance.now();
    for (let count = 0; count < CALLS; count++) call();
    return ((performance.now() - before) * 1_000) / CALLS;
  });
  return median(rounds);
}

/** Returns the bytes that one call allocates. Few calls a round: in most rounds V8 does not collect the young generation. */
function bytes(call: () => void): number {
  const few = 1_000;
  const rounds = Array.from({ length: 31 }, () => {
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < few; count++) call();
    return (process.memoryUsage().heapUsed - before) / few;
  });
  return median(rounds);
}
