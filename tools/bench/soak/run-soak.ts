import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from '../measure/client.ts';
import { type Holdings, inspectProcess, type Inspector } from '../measure/inspector.ts';
import { type Part, type Product, startProduct } from '../stand/product.ts';
import { type Kind, kindsOf } from './kinds.ts';
import { signUp } from './user.ts';

/** How often each kind of request is repeated. */
export interface SoakSize {
  /** Repetitions before the first measurement, to compile code and fill caches. */
  readonly warmUp: number;
  /** Repetitions between the two measurements. */
  readonly repetitions: number;
  /** Tokens sent to the API before the first measurement, to fill its cache of 10,000. */
  readonly tokens: number;
}

/** Memory and handles of one process before and after. */
export interface Soaked {
  readonly part: Part;
  readonly before: Holdings;
  readonly after: Holdings;
}

/** The result of a soak. */
export interface SoakOutcome {
  readonly processes: readonly Soaked[];
  /** Requests of each kind between the measurements, and their rate per second. */
  readonly kinds: readonly { readonly name: string; readonly count: number; readonly perSecond: number }[];
}

/** Allowed heap growth, as a fraction. */
export const MOST_GROWTH = 0.05;

const PROCESSES = ['the API', 'the web app'] as const;
const CONNECTIONS = 8;
/** Connections allowed at rest: pools, and kept connections from the web app to the API. */
const POOLED = 20;
const REST_MILLISECONDS = 3_000;
const MOST_REST_MILLISECONDS = 20_000;
const LOOK_MILLISECONDS = 500;

/** Returns one sentence for each leak. */
export function describeLeaks({ processes }: SoakOutcome): string[] {
  return processes.flatMap(({ part, before, after }) => {
    const growth = after.heap / before.heap - 1;
    const grown = growth > MOST_GROWTH ? [`The heap of ${part} grew by ${(growth * 100).toFixed(1)} %.`] : [];
    return [...grown, ...addedHandles(before, after).map((added) => `${part} holds ${added}.`)];
  });
}

/** Describes the types with more open handles than before: `1,000 MessagePort more than before`. */
function addedHandles(
  { resources: before }: Pick<Holdings, 'resources'>,
  { resources: after }: Pick<Holdings, 'resources'>,
): string[] {
  const addedOf = (type: string) => (after[type] ?? 0) - (before[type] ?? 0);
  // An idle connection of a pool has a timer that closes it.
  const allowedOf: Readonly<Record<string, number>> = { TCPSocketWrap: POOLED, Timeout: addedOf('TCPSocketWrap') };
  return Object.keys(after).flatMap((type) => {
    const [added, allowed] = [addedOf(type), Math.min(POOLED, Math.max(0, allowedOf[type] ?? 0))];
    return added > allowed ? [`${added} ${type} more than before`] : [];
  });
}

/** Describes open handles: the count of each type. */
export function describeResources(resources: Readonly<Record<string, number>>): string {
  const types = Object.entries(resources).toSorted(([one], [other]) => one.localeCompare(other));
  return types.map(([type, count]) => `${count} ${type}`).join(', ');
}

/**
 * Starts the product, sends every kind of request many times, and compares its processes before and after.
 * @throws {Error} when a response has an unexpected status
 */
export async function soak(
  size: SoakSize,
  {
    folder,
    log,
    signal,
  }: { readonly folder: string; readonly log: (line: string) => void; readonly signal: AbortSignal },
): Promise<SoakOutcome> {
  const product = await startProduct(
    folder,
    { NODE_OPTIONS: '--inspect-port=0', TRUSTED_PROXIES: '127.0.0.1,::1' },
    signal,
  );
  const inspectors: Inspector[] = [];
  try {
    for (const part of PROCESSES) inspectors.push(await inspectProcess(product.pid(part) ?? 0, product.output));
    const kinds = await prepare(product);
    log(`Warming up: ${size.warmUp} of each kind`);
    await fillTokenCache(product, size.tokens, signal);
    await repeat(kinds, 0, size.warmUp, signal);
    const before = await measure(inspectors, undefined, signal);
    log(`Soaking: ${size.repetitions} of each kind`);
    const rates = await repeat(kinds, size.warmUp, size.repetitions, signal);
    const after = await measure(inspectors, before, signal);
    const processes = PROCESSES.map((part, index) => {
      const [was, is] = [before[index], after[index]];
      if (was === undefined || is === undefined) throw new Error(`${part} was not measured.`);
      return { part, before: was, after: is };
    });
    return { processes, kinds: rates };
  } finally {
    for (const inspector of inspectors) inspector.close();
    await product.stop();
  }
}

async function prepare(product: Product): Promise<readonly Kind[]> {
  const client = createClient(1);
  try {
    const user = await signUp(client, product.webUrl, 'ada');
    const stranger = await signUp(client, product.webUrl, 'bob');
    const ask = async (token: string, query: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const { text } = await client.send({
        method: 'POST',
        url: `${product.apiUrl}/graphql`,
        headers,
        body: { query },
      });
      return (JSON.parse(text) as { data: Record<string, { id: string }> }).data;
    };
    let taskId = '';
    for (let index = 0; index < 20; index++) {
      const made = await ask(user.token, `mutation { createTask(input: { title: "Task ${index}" }) { id } }`);
      taskId = made['createTask']?.id ?? '';
    }
    const { viewer } = await ask(stranger.token, '{ viewer { id } }');
    return kindsOf(product, user, taskId, viewer?.id ?? '');
  } finally {
    client.close();
  }
}

/** Obtains tokens and sends each to the API once, which fills its bounded cache of verified tokens. */
async function fillTokenCache({ apiUrl, webUrl }: Product, count: number, signal: AbortSignal): Promise<void> {
  if (count === 0) return;
  const client = createClient(CONNECTIONS);
  try {
    const user = await signUp(client, webUrl, 'eve');
    await concurrently(count, signal, async (index) => {
      const url = `${webUrl}/api/auth/access-token`;
      const from = `198.19.${Math.floor(index / 250) % 250}.${index % 250}`;
      const { text } = await client.send({ url, headers: { cookie: user.cookie, 'x-forwarded-for': from } });
      const { accessToken } = JSON.parse(text) as { accessToken: string };
      const headers = { authorization: `Bearer ${accessToken}` };
      const answer = await client.send({
        method: 'POST',
        url: `${apiUrl}/graphql`,
        headers,
        body: { query: '{ status { ok } }' },
      });
      if (answer.status !== 200) throw new Error(`A new token got status ${answer.status} ${answer.text}`);
    });
  } finally {
    client.close();
  }
}

async function repeat(kinds: readonly Kind[], from: number, count: number, signal: AbortSignal) {
  const client = createClient(CONNECTIONS);
  try {
    const rates: { name: string; count: number; perSecond: number }[] = [];
    for (const kind of kinds) {
      const times = Math.ceil(count * (kind.share ?? 1));
      const began = performance.now();
      await concurrently(times, signal, (index) => sendOnce(client, kind, from + index));
      rates.push({ name: kind.name, count: times, perSecond: times / ((performance.now() - began) / 1_000) });
    }
    return rates;
  } finally {
    client.close();
  }
}

async function sendOnce(client: Client, { name, request, status }: Kind, index: number): Promise<void> {
  const response = await client.send(request(index));
  if (response.status !== status)
    throw new Error(
      `${name}, number ${index}: expected ${status}, was answered ${response.status} ${response.text.slice(0, 500)}`,
    );
}

async function concurrently(count: number, signal: AbortSignal, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      signal.throwIfAborted();
      await work(next++);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** Measures each process at rest: once no handle has changed for 3 s and no new one is open; after 20 s at the latest. */
async function measure(
  inspectors: readonly Inspector[],
  before: readonly Holdings[] | undefined,
  signal: AbortSignal,
): Promise<Holdings[]> {
  const began = Date.now();
  for (let last = '', since = began; Date.now() - began < MOST_REST_MILLISECONDS; await delay(LOOK_MILLISECONDS)) {
    signal.throwIfAborted();
    const seen = await Promise.all(inspectors.map((inspector) => inspector.resources()));
    const now = seen.map(describeResources).join('; ');
    if (now !== last) since = Date.now();
    last = now;
    const isMore = seen.some((resources, index) => {
      const was = before?.[index];
      return was !== undefined && addedHandles(was, { resources }).length > 0;
    });
    if (Date.now() - since >= REST_MILLISECONDS && !isMore) break;
  }
  const holdings: Holdings[] = [];
  for (const inspector of inspectors) holdings.push(await inspector.holdings());
  return holdings;
}
