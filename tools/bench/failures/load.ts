import type { AgentOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type ClientResponse } from '../measure/client.ts';
import type { Product } from '../stand/product.ts';
import type { SignedInUser } from '../soak/user.ts';

/** What a client requests. */
export type Work = 'query' | 'mutation' | 'page /tasks' | 'access token';

/** One request and its outcome. Times are milliseconds of `performance.now()`. */
export interface Seen {
  readonly work: Work;
  readonly began: number;
  readonly ended: number;
  /** The status with the API's error code, or the system's error code when the connection failed. */
  readonly outcome: string;
  readonly isGood: boolean;
}

/** Clients of a running product, each sending one request after another. */
export interface Load {
  /** Every request so far, in the order in which they ended. */
  readonly seen: readonly Seen[];
  /** The titles of all tasks whose creation was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  stop(): Promise<void>;
}

const CLIENTS: Readonly<Record<Work, number>> = { query: 3, mutation: 3, 'page /tasks': 2, 'access token': 1 };
/** Everything that clients request. */
export const WORKS = Object.keys(CLIENTS) as readonly Work[];
/** Pause between two requests of one client, in milliseconds: this measures failures, not throughput. */
const PAUSE = 10;

const LIST = '{ tasks(first: 20) { totalCount nodes { id title } } }';
const CREATE = 'mutation Create($title: String!) { createTask(input: { title: $title }) { id } }';

/**
 * Starts the clients of one user.
 * @param label prefix of the titles of their tasks; unique for each load
 * @param works what they request; default everything
 * @param tls how they connect to https URLs
 */
export function startLoad(
  { apiUrl, webUrl }: Pick<Product, 'apiUrl' | 'webUrl'>,
  { cookie, token }: SignedInUser,
  label: string,
  works: readonly Work[] = WORKS,
  tls?: AgentOptions,
): Load {
  const stopping = new AbortController();
  const seen: Seen[] = [];
  const acknowledged = new Set<string>();
  const client = createClient(
    Object.values(CLIENTS).reduce((sum, count) => sum + count, 0),
    true,
    tls,
  );
  const operation = (body: object) =>
    client.send({ method: 'POST', url: `${apiUrl}/graphql`, headers: { authorization: `Bearer ${token}` }, body });
  let count = 0;

  const requests: Readonly<Record<Work, () => Promise<Pick<Seen, 'outcome' | 'isGood'>>>> = {
    query: async () => outcomeOf(await operation({ query: LIST })),
    mutation: async () => {
      const title = `${label} ${(count += 1)}`;
      const result = outcomeOf(await operation({ query: CREATE, variables: { title } }));
      if (result.isGood) acknowledged.add(title);
      return result;
    },
    'page /tasks': async () => {
      const { status, text } = await client.send({ url: `${webUrl}/tasks`, headers: { cookie } });
      const hasNotice = status === 200 && text.includes('role="alert"');
      return { outcome: hasNotice ? '200 with a notice' : String(status), isGood: status === 200 && !hasNotice };
    },
    'access token': async () => {
      // A new address each time: rate limits by address are not measured here.
      const from = `198.18.${Math.floor(count / 250) % 250}.${(count += 1) % 250}`;
      const url = `${webUrl}/api/auth/access-token`;
      const { status } = await client.send({ url, headers: { cookie, 'x-forwarded-for': from } });
      return { outcome: String(status), isGood: status === 200 };
    },
  };

  const running = works.flatMap((work) =>
    Array.from({ length: CLIENTS[work] }, async () => {
      while (!stopping.signal.aborted) {
        const began = performance.now();
        const result = await requests[work]().catch((error: unknown) => ({ outcome: failureOf(error), isGood: false }));
        seen.push({ work, began, ended: performance.now(), ...result });
        await delay(PAUSE);
      }
    }),
  );
  return {
    seen,
    acknowledged,
    async stop() {
      stopping.abort();
      await Promise.all(running);
      client.close();
    },
  };
}

/** Returns the outcome of an API response: status 200 with errors is not a success. */
function outcomeOf({ status, text }: ClientResponse): Pick<Seen, 'outcome' | 'isGood'> {
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  return {
    outcome: code === undefined ? String(status) : `${status} ${code}`,
    isGood: status === 200 && code === undefined,
  };
}

function failureOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}
