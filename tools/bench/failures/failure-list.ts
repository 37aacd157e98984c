import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { SUPERUSER } from '../../../server/operations/postgres/postgres-cluster.ts';
import { loadSecrets } from '../../../server/operations/secrets.ts';
import { withClient } from '../../../server/data/pg/with-client.ts';
import { createClient } from '../measure/client.ts';
import { kill, type Part, type Product } from '../stand/product.ts';
import { type SignedInUser, signIn } from '../soak/user.ts';

/** A failure of the product or of what it runs on. */
export interface Failure {
  readonly name: string;
  /** Size of the disk that holds the data folder, in megabytes. Default: the machine's own disk. */
  readonly disk?: number;
  /**
   * Causes the failure; resolves when it is over.
   * @returns a remark for the table; may be empty
   */
  run(product: Product, user: SignedInUser): Promise<string>;
}

const LASTS = 5_000;

/** The superuser's connection string to the product's database. */
export function superuserUrl({ dataDir }: Product): string {
  const port = fs.readFileSync(path.join(dataDir, 'postgres.port'), 'utf8').trim();
  const { passwords } = loadSecrets(dataDir);
  return `postgres://${SUPERUSER}:${encodeURIComponent(passwords.superuser)}@127.0.0.1:${port}/fieldgate`;
}

const killed = (part: Part): Failure => ({
  name: `kill -9 of ${part}`,
  run: async (product) => {
    kill(requirePid(product, part), 'SIGKILL');
    return '';
  },
});

function requirePid(product: Product, part: Part): number {
  const pid = product.pid(part);
  if (pid === undefined) throw new Error(`${part} does not run.`);
  return pid;
}

/** PostgreSQL and all its backends stop executing, as on a machine that hangs. */
const frozen: Failure = {
  name: `SIGSTOP of the database for ${LASTS / 1_000} s`,
  run: async (product) => {
    const server = requirePid(product, 'the database');
    const children = fs.readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').trim().split(' ').map(Number);
    const all = [server, ...children];
    for (const pid of all) kill(pid, 'SIGSTOP');
    try {
      await delay(LASTS);
    } finally {
      for (const pid of all) kill(pid, 'SIGCONT');
    }
    return '';
  },
};

/** Another client takes every connection that PostgreSQL accepts, after the product's connections were closed. */
const exhausted: Failure = {
  name: `every connection of the database taken for ${LASTS / 1_000} s`,
  run: async (product) => {
    const taken: Client[] = [];
    const until = Date.now() + LASTS;
    const { passwords } = loadSecrets(product.dataDir);
    const url = Object.assign(new URL(superuserUrl(product)), {
      username: 'fieldgate',
      password: passwords.owner,
    }).href;
    const take = async () => {
      const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
      client.on('error', () => undefined);
      await client.connect();
      taken.push(client);
    };
    try {
      await withClient(superuserUrl(product), async (superuser) => {
        while (Date.now() < until) {
          await take().catch(() => delay(20));
          if (taken.length % 10 === 0)
            await superuser.query(`select pg_terminate_backend(pid) from pg_stat_activity
              where usename in ('fieldgate_api', 'fieldgate_auth')`);
        }
      });
    } finally {
      await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
    }
    return `${taken.length} connections taken`;
  },
};

const SESSIONS = 10;

/** Closes the revocation channel's connection repeatedly while sessions end. */
const channelCut: Failure = {
  name: `the channel of revocations cut for ${LASTS / 1_000} s`,
  run: async (product, user) => {
    const client = createClient(1);
    try {
      const sessions: SignedInUser[] = [];
      for (let index = 0; index < SESSIONS; index++) sessions.push(await signIn(client, product.webUrl, user, index));
      const stopping = new AbortController();
      const cutting = withClient(superuserUrl(product), async (superuser) => {
        while (!stopping.signal.aborted) {
          await superuser.query(`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %'`);
          await delay(20);
        }
      });
      const accepted: number[] = [];
      const began = Date.now();
      for (const [index, { cookie, token }] of sessions.entries()) {
        await delay(Math.max(0, began + (LASTS / SESSIONS) * index - Date.now()));
        const origin = product.webUrl;
        await client.send({
          method: 'POST',
          url: `${origin}/api/auth/sign-out`,
          headers: { cookie, origin },
          body: {},
        });
        const { status } = await client.send({
          method: 'POST',
          url: `${product.apiUrl}/graphql`,
          headers: { authorization: `Bearer ${token}` },
          body: { query: '{ viewer { id } }' },
        });
        if (status === 200) accepted.push(index);
      }
      stopping.abort();
      await cutting;
      return `${SESSIONS} sessions ended: ${accepted.length} of their tokens accepted afterwards`;
    } finally {
      client.close();
    }
  },
};

const stopped: Failure = {
  name: 'SIGTERM to the API',
  run: async (product) => {
    kill(requirePid(product, 'the API'), 'SIGTERM');
    return '';
  },
};

/** Fills the disk that holds the data folder with a file, and removes it after 5 s. */
const diskFull: Failure = {
  name: `disk full for ${LASTS / 1_000} s`,
  disk: 400,
  run: async ({ dataDir }) => {
    const file = path.join(dataDir, 'what-fills-the-disk');
    const descriptor = fs.openSync(file, 'w');
    const until = Date.now() + LASTS;
    let bytes = 0;
    try {
      while (Date.now() < until)
        try {
          bytes += fs.writeSync(descriptor, Buffer.alloc(65_536));
        } catch {
          // The disk is full; tried again in case space was freed.
          await delay(20);
        }
    } finally {
      fs.closeSync(descriptor);
      fs.rmSync(file);
    }
    return `${Math.round(bytes / 1_048_576)} MB filled`;
  },
};

/** All failures, in the order of the table; the full disk comes last because it needs its own product. */
export const FAILURES: readonly Failure[] = [
  killed('the database'),
  killed('the API'),
  killed('the web app'),
  frozen,
  exhausted,
  channelCut,
  stopped,
  diskFull,
];
