import type { OperationName } from './operations.ts';

/** A server that the benchmark compares with Fieldgate. */
export interface Peer {
  /** Its name for `--only`. */
  readonly key: string;
  /** Its name in the tables. */
  readonly title: string;
  /** Its file in `servers/`, and arguments. */
  readonly command: readonly [file: string, ...args: readonly string[]];
  /** Whether its role in PostgreSQL is subject to row-level security. */
  readonly rowSecurity: boolean;
  /** What it cannot do, and is not measured with. */
  readonly without: readonly OperationName[];
  /** Whether its schema is its own: PostGraphile derives it from the tables. */
  readonly dialect?: 'postgraphile';
}

/** Fieldgate's name for `--only`. */
export const FIELDGATE = 'fieldgate';

/** The API once more, each request served through Apollo's pipeline. */
export const FIELDGATE_BY_APOLLO = 'fieldgate-apollo';

/** The peers whose cost is also measured with other numbers of connections and rows. */
export const ON_ALL_AXES: readonly string[] = [FIELDGATE, 'mercurius', 'postgraphile'];

/** The servers beside Fieldgate. The manual (../README.md) says what each checks. */
export const PEERS: readonly Peer[] = [
  {
    key: 'floor',
    title: 'floor by hand, no row security',
    command: ['floor.mjs'],
    rowSecurity: false,
    without: [],
  },
  {
    key: 'floor-rls',
    title: 'floor by hand, row security, pipelined',
    command: ['floor.mjs', 'row-security'],
    rowSecurity: true,
    without: [],
  },
  {
    key: 'graphql-jit',
    title: 'graphql-jit on node:http, no row security',
    command: ['graphql-jit.mjs'],
    rowSecurity: false,
    without: ['other'],
  },
  {
    key: 'mercurius',
    title: 'Mercurius + JIT + mercurius-auth, no row security',
    command: ['mercurius.mjs'],
    rowSecurity: false,
    without: ['other'],
  },
  {
    key: 'apollo-fastify',
    title: 'Apollo on Fastify, no checks, pg',
    command: ['apollo-fastify.mjs'],
    rowSecurity: false,
    without: ['anonymous', 'other'],
  },
  {
    key: 'yoga',
    title: 'Yoga + JWT + generic-auth, no row security',
    command: ['yoga.mjs'],
    rowSecurity: false,
    without: ['other'],
  },
  {
    key: 'starter',
    title: 'Apollo standalone + mapSchema + TypeORM',
    command: ['starter.mjs'],
    rowSecurity: false,
    without: [],
  },
  {
    key: 'postgraphile',
    title: 'PostGraphile, row security',
    command: ['postgraphile.mjs'],
    rowSecurity: true,
    without: [],
    dialect: 'postgraphile',
  },
];
