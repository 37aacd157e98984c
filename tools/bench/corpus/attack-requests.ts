import { gzipSync } from 'node:zlib';
import { getIntrospectionQuery } from 'graphql';
import { acceptsCost } from '../../../test/api/accepts-cost.ts';
import { EXPENSIVE_CLASSES, largestAccepted } from '../../../test/api/expensive-documents.ts';
import { HOSTILE_VALUES, INPUT_POSITIONS } from '../../../test/api/hostile-values.ts';

/** A request of the corpus. */
export interface AttackRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Headers beside Host, Content-Length, Content-Type and the token. */
  readonly headers: readonly string[];
  readonly contentType: string;
  readonly body: Buffer;
  /** Where `NONCE` begins in the body, which the attacker replaces each time; -1 without one. */
  readonly nonceAt: number;
}

/** Written as a comment of each document: a repeated document would be parsed once. */
export const NONCE = '#nonce000000';

const JSON_TYPE = 'application/json';

function request(name: string, body: string | Buffer, over: Partial<AttackRequest> = {}): AttackRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  return {
    name,
    method: 'POST',
    path: '/graphql',
    headers: [],
    contentType: JSON_TYPE,
    body: bytes,
    nonceAt: bytes.indexOf(NONCE),
    ...over,
  };
}

function operation(name: string, query: string, variables?: object): AttackRequest {
  return request(name, JSON.stringify({ query: `${query} ${NONCE}`, variables }));
}

/** Cost: each class at the largest accepted size, just above it, and in the largest size that fits a body. */
function expensive(): AttackRequest[] {
  return Object.entries(EXPENSIVE_CLASSES).flatMap(([name, expensiveClass]) => {
    const [small, large, write] = expensiveClass;
    const accepted = largestAccepted(expensiveClass, acceptsCost);
    return [
      ...(accepted > 0 ? [operation(`${name}, at the limit`, write(accepted))] : []),
      operation(`${name}, above the limit`, write(small)),
      operation(`${name}, as large as a body`, write(large)),
    ];
  });
}

const nestedLists = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
const VARIABLE = 'query ($v: String) { tasks(after: $v) { totalCount } }';

const MISSPELT = Array.from({ length: 200 }, (_, index) => `task${index}`).join(' ');
const ROOT = 'POST /graphql';

/** Cost of variables, transport, disclosure and values. */
function others(): AttackRequest[] {
  return [
    operation('a list of variables', VARIABLE, { v: Array.from({ length: 20_000 }, () => 1) }),
    operation('nested variables', VARIABLE, { v: nestedLists(500) }),
    operation('a long string', VARIABLE, { v: 'x'.repeat(90_000) }),
    operation('a document of one comment', `{ status { ok } } #${'x'.repeat(90_000)}`),
    operation('an endless name', `{ ${'x'.repeat(90_000)} }`),
    operation('an endless string', `{ task(id: "${'\\\\u0041'.repeat(12_000)}") { id } }`),
    operation('misspelt names', `{ ${MISSPELT} }`),
    operation('suggestions in a message', `{ task(id: "${' Did you mean '.repeat(6_000)}", x: 1) { y } }`),
    operation('introspection', getIntrospectionQuery()),
    request('a body of no JSON', `{${'"a":['.repeat(9_000)}`),
    request('nested JSON', `{"query":${'['.repeat(45_000)}${']'.repeat(45_000)}}`),
    request('a batch', JSON.stringify(Array.from({ length: 1_000 }, () => ({ query: '{ status { ok } }' })))),
    ...['null', '', '{}', '0'].map((body) => request(`the body ${body || 'without bytes'}`, body)),
    request('a form', 'query=%7Bstatus%7D', { contentType: 'application/x-www-form-urlencoded' }),
    request('plain text', '{"query":"{ status { ok } }"}', { contentType: 'text/plain' }),
    request('another charset', '{"query":"{ status { ok } }"}', { contentType: 'application/json; charset=utf-16' }),
    request('bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
    request('a body above the limit', JSON.stringify({ query: 'x'.repeat(150_000) })),
    request('a gzip bomb', gzipSync(Buffer.alloc(5_000_000)), { headers: ['Content-Encoding: gzip'] }),
    request('a mutation by GET', '', { method: 'GET', path: '/graphql?query=mutation%7BclearTasks%7D' }),
    request('a bad token', '{"query":"{ viewer { id } }"}', {
      headers: [`Authorization: Bearer ${'a.b.c'.repeat(300)}`],
    }),
    ...INPUT_POSITIONS.filter(({ field }) => field === null).flatMap(({ query }, index) =>
      HOSTILE_VALUES.filter((_, at) => at % 12 === index % 12).map((v) => operation('hostile values', query, { v })),
    ),
  ].map((each) => ({ ...each, name: each.name || ROOT }));
}

/** Returns the corpus of THREATS "GraphQL": requests of every class. */
export function attackRequests(): readonly AttackRequest[] {
  return [...expensive(), ...others()];
}

/** Returns the bytes of a request. @param address the client's, as a trusted proxy sends it */
export function bytesOf(attack: AttackRequest, address: string, token: string | null): Buffer {
  const hasToken = token !== null && !attack.headers.some((header) => header.startsWith('Authorization'));
  const head = [
    `${attack.method} ${attack.path} HTTP/1.1`,
    'Host: localhost',
    `Content-Length: ${attack.body.length}`,
    `Content-Type: ${attack.contentType}`,
    `X-Forwarded-For: ${address}`,
    ...attack.headers,
    ...(hasToken ? [`Authorization: Bearer ${token}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), attack.body]);
}
