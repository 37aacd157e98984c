import { setTimeout as delay } from 'node:timers/promises';
import { compareSamples, isDistinguishable } from '../../test/attack/timing-comparison.ts';
import type { Benchmark, BenchmarkContext, Report } from './benchmark.ts';
import { type Client, createClient } from './measure/client.ts';
import { signUp } from './soak/user.ts';
import { type Product, startProduct } from './stand/product.ts';
import { quantile } from './statistics.ts';

const ACCOUNTS = 1_000;
const PASSWORD = 'Correct7horse';
const WRONG = 'Wrong7horse';
/** Tries for each side of the comparison of response times, after some that are not counted. */
const TRIES = 200;
const WARM_UP = 20;
/** How long the API's response times are measured before the sign-ins, in milliseconds. */
const QUIET = 10_000;

/** What 1,000 sign-ins at once, 1,000 guesses and the response times of sign-ins showed. */
export interface SignInOutcome {
  /** First responses by status. */
  readonly first: Readonly<Record<string, number>>;
  /** All later responses by status: each request came back once after its `Retry-After`, as often as it was told to. */
  readonly later: Readonly<Record<string, number>>;
  /** Accounts that were signed in, at their first retry at the latest, and in the end. */
  readonly withinOneRetry: number;
  readonly signedIn: number;
  readonly seconds: number;
  /** The API's response times in milliseconds, before and during the sign-ins. */
  readonly quiet: readonly number[];
  readonly busy: readonly number[];
  /** Of 1,000 guesses at one account from 1,000 addresses, those that were checked. */
  readonly guesses: Readonly<Record<string, number>>;
  /** Known compared with unknown addresses. */
  readonly timing: { readonly superiority: number; readonly deviation: number };
  /** Whether known and unknown addresses got the same bytes. */
  readonly sameBytes: boolean;
}

/** Measures sign-ins of many accounts at once, guesses at one, and what response times reveal. */
export const signIns: Benchmark = {
  about: `${ACCOUNTS} accounts that sign in at once, ${ACCOUNTS} guesses at one account, known against unknown addresses by time`,
  run: async (context) => signInReport(await measureSignIns(context)),
};

/** Describes in a sentence each outcome that is wrong. */
export function signInProblems(outcome: SignInOutcome): string[] {
  const statuses = Object.keys({ ...outcome.first, ...outcome.later }).filter((status) => !/^(200|429)$/.test(status));
  return [
    ...(statuses.length > 0 ? [`Sign-ins were answered with ${statuses.join(', ')}.`] : []),
    ...(outcome.signedIn < ACCOUNTS ? [`${ACCOUNTS - outcome.signedIn} accounts could not sign in.`] : []),
    ...((outcome.guesses['401'] ?? 0) > 10 ? [`${outcome.guesses['401']} guesses at one account were checked.`] : []),
    ...(isDistinguishable({ operation: 'sign-in', ...outcome.timing })
      ? ['The response time tells known from unknown addresses.']
      : []),
    ...(outcome.sameBytes ? [] : ['The response tells known from unknown addresses.']),
  ];
}

/** Describes the outcome. */
export function signInReport(outcome: SignInOutcome): Report {
  const { first, later, quiet, busy, guesses, timing } = outcome;
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([status, count]) => `${count} × ${status}`)
      .join(', ') || 'none';
  const times = (name: string, values: readonly number[]) => [
    name,
    values.length,
    quantile(values, 0.5),
    quantile(values, 0.99),
    quantile(values, 1),
  ];
  return {
    notes: [
      `${ACCOUNTS} accounts sign in at once, each from its own address; a client that gets 429 tries again after its Retry-After.`,
      `First responses: ${counts(first)}. Later ones: ${counts(later)}. Signed in: ${outcome.signedIn}, of these ${outcome.withinOneRetry} at once or at the first retry, the last after ${outcome.seconds.toFixed(1)} s.`,
      `The API’s p99 during the sign-ins is ${(quantile(busy, 0.99) / quantile(quiet, 0.99)).toFixed(2)} times that before.`,
      `${ACCOUNTS} wrong passwords for one account from ${ACCOUNTS} addresses: ${counts(guesses)}. 401 is a guess that was checked: ${guesses['401'] ?? 0} an hour.`,
      `A known address takes longer than an unknown one in ${(timing.superiority * 100).toFixed(1)} of 100 pairs (${timing.deviation.toFixed(1)} standard errors; Mann and Whitney, ${TRIES} tries a side). Same bytes: ${outcome.sameBytes ? 'yes' : 'no'}.`,
    ],
    tables: [
      {
        title: 'A query of the API',
        columns: ['while', 'requests', 'p50 ms', 'p99 ms', 'most ms'],
        rows: [times('nobody signs in', quiet), times(`${ACCOUNTS} sign in`, busy)],
      },
    ],
  };
}

/** Starts the product and measures. */
export async function measureSignIns({ folder, signal, log }: BenchmarkContext): Promise<SignInOutcome> {
  log('Starting the product');
  const product = await startProduct(folder, { TRUSTED_PROXIES: '127.0.0.1,::1' }, signal);
  // Each request on a connection of its own: an address that comes back after a minute has none open.
  const client = createClient(ACCOUNTS, false);
  try {
    log(`Creating ${ACCOUNTS} accounts`);
    await createAccounts(client, product, signal);
    log('Comparing known with unknown addresses');
    const compared = await compareAddresses(client, product, signal);
    log(`Signing ${ACCOUNTS} accounts in`);
    const flood = await signAllIn(client, product, signal);
    log('Guessing at one account');
    const guesses = countBy(
      await Promise.all(
        Array.from({ length: ACCOUNTS }, async (_, index) => {
          await delay(index * 10);
          return (await signIn(client, product, emailOf(0), WRONG, addressOf(2, index))).status;
        }),
      ),
    );
    return { ...flood, guesses, ...compared };
  } finally {
    client.close();
    await product.stop();
  }
}

const emailOf = (index: number) => `account${index}@example.com`;
/** Addresses for benchmarks (RFC 2544: 198.18.0.0/15), in several blocks of 1,000 and more. */
const addressOf = (block: number, index: number) => `198.18.${block * 32 + Math.floor(index / 250)}.${index % 250}`;

const signIn = (client: Client, { webUrl }: Product, email: string, password: string, address: string) =>
  client.send({
    method: 'POST',
    url: `${webUrl}/api/auth/sign-in/email`,
    headers: { origin: webUrl, 'x-forwarded-for': address },
    body: { email, password },
  });

function countBy(values: readonly (number | string)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

async function createAccounts(client: Client, { webUrl }: Product, signal: AbortSignal): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < ACCOUNTS; index = next++) {
      signal.throwIfAborted();
      const { status } = await client.send({
        method: 'POST',
        url: `${webUrl}/api/auth/sign-up/email`,
        headers: { origin: webUrl, 'x-forwarded-for': addressOf(0, index) },
        body: { email: emailOf(index), password: PASSWORD },
      });
      if (status !== 200) throw new Error(`A sign-up got status ${status}.`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

/** Tries known and unknown addresses in turns, each once: a limit must not tell them apart. */
async function compareAddresses(
  client: Client,
  product: Product,
  signal: AbortSignal,
): Promise<Pick<SignInOutcome, 'timing' | 'sameBytes'>> {
  const [known, unknown]: [number[], number[]] = [[], []];
  const answers = new Set<string>();
  for (let index = -WARM_UP; index < TRIES; index++) {
    signal.throwIfAborted();
    const sides = [
      [emailOf(index + WARM_UP + 1), known],
      [`unknown${index}@example.com`, unknown],
    ] as const;
    for (const [email, times] of index % 2 === 0 ? sides : sides.toReversed()) {
      const began = performance.now();
      const { status, text } = await signIn(client, product, email, WRONG, addressOf(3, index + WARM_UP));
      if (index >= 0) times.push(performance.now() - began);
      answers.add(`${status} ${text}`);
    }
  }
  return { timing: compareSamples(known, unknown), sameBytes: answers.size === 1 };
}

async function signAllIn(
  client: Client,
  product: Product,
  signal: AbortSignal,
): Promise<Pick<SignInOutcome, 'first' | 'later' | 'withinOneRetry' | 'signedIn' | 'seconds' | 'quiet' | 'busy'>> {
  const user = await signUp(client, product.webUrl, 'reader');
  const over = new AbortController();
  const samples: { readonly at: number; readonly took: number }[] = [];
  const reader = createClient(1);
  const reading = (async () => {
    while (!over.signal.aborted) {
      const at = performance.now();
      const { status } = await reader.send({
        method: 'POST',
        url: `${product.apiUrl}/graphql`,
        headers: { authorization: `Bearer ${user.token}` },
        body: { query: '{ tasks(first: 20) { totalCount nodes { id title } } }' },
      });
      if (status !== 200) throw new Error(`A query got status ${status}.`);
      samples.push({ at, took: performance.now() - at });
      await delay(5);
    }
  })();
  try {
    await delay(QUIET);
    const began = performance.now();
    const [first, later]: [string[], string[]] = [[], []];
    const attempts = await Promise.all(
      Array.from({ length: ACCOUNTS }, async (_, index) => {
        for (let attempt = 1; attempt <= 5; attempt++) {
          signal.throwIfAborted();
          const { status, headers } = await signIn(
            client,
            product,
            emailOf(index),
            PASSWORD,
            addressOf(1, index),
          ).catch((error: unknown) => ({
            status: error instanceof Error && 'code' in error ? String(error.code) : 'no answer',
            headers: {} as Record<string, string>,
          }));
          (attempt === 1 ? first : later).push(String(status));
          if (status === 200) return attempt;
          await delay(Number(headers['retry-after'] ?? 1) * 1_000);
        }
        return null;
      }),
    );
    const ended = performance.now();
    const times = (isBusy: boolean) =>
      samples.filter(({ at }) => (at >= began && at < ended) === isBusy).map(({ took }) => took);
    return {
      first: countBy(first),
      later: countBy(later),
      withinOneRetry: attempts.filter((attempt) => attempt !== null && attempt <= 2).length,
      signedIn: attempts.filter((attempt) => attempt !== null).length,
      seconds: (ended - began) / 1_000,
      quiet: times(false),
      busy: times(true),
    };
  } finally {
    over.abort();
    await reading;
    reader.close();
  }
}
