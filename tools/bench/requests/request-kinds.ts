import fs from 'node:fs';
import { addTypenameToDocument } from '@apollo/client/utilities';
import { type DocumentNode, parse, print } from 'graphql';
import { inRoot } from '../../../server/operations/paths.ts';
import type { SeededUser } from '../stand/seed-users.ts';

/** The kinds of request compared; every server under test serves each. */
export type RequestKindName = 'list' | 'webList' | 'byId' | 'foreign' | 'anonymous';

/** One kind of request, sent by many users. */
export interface RequestKind {
  /** The title in the table. */
  readonly title: string;
  readonly query: string;
  /** The expected status. */
  readonly status: number;
  readonly isSignedIn: boolean;
  /** @param other another user */
  variables(user: SeededUser, other: SeededUser): Readonly<Record<string, unknown>>;
  /** Whether a body is the expected response: a fast wrong response is not measured. */
  isExpectedBody(body: Body, user: SeededUser): boolean;
}

interface Body {
  readonly data?: {
    readonly tasks?: { readonly totalCount: number; readonly nodes?: unknown[]; readonly edges?: unknown[] };
    readonly task?: { readonly id: string };
  };
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

const PAGE_SIZE = 20;
const hasErrorCode = (code: string) => (body: Body) =>
  body.data === undefined && body.errors?.[0]?.extensions.code === code;

const TASK = 'id title description done dueAt priority';

/** The request of the web app's tasks page: its documents, with what Apollo Client adds. */
function webDocument(): string {
  const read = (name: string) => fs.readFileSync(inRoot('web/features/tasks', name), 'utf8');
  const document: DocumentNode = parse(`${read('tasks.graphql')}${read('task-row.graphql')}`);
  return print(addTypenameToDocument(document));
}

/** The requests to compare. */
export const REQUEST_KINDS: Readonly<Record<RequestKindName, RequestKind>> = {
  list: {
    title: 'list of 20 and their count',
    query: `query List($first: Int!) { tasks(first: $first) { totalCount nodes { ${TASK} } } }`,
    status: 200,
    isSignedIn: true,
    variables: () => ({ first: PAGE_SIZE }),
    isExpectedBody: ({ data }) => data?.tasks?.nodes?.length === PAGE_SIZE && data.tasks.totalCount > PAGE_SIZE,
  },
  webList: {
    title: 'the same as the web client asks',
    query: webDocument(),
    status: 200,
    isSignedIn: true,
    variables: () => ({ first: PAGE_SIZE }),
    isExpectedBody: ({ data }) => data?.tasks?.edges?.length === PAGE_SIZE && data.tasks.totalCount > PAGE_SIZE,
  },
  byId: {
    title: 'one by id',
    query: `query One($id: ID!) { task(id: $id) { ${TASK} } }`,
    status: 200,
    isSignedIn: true,
    variables: ({ taskIds: [id] }) => ({ id }),
    isExpectedBody: ({ data }, { taskIds: [id] }) => data?.task?.id === id,
  },
  foreign: {
    title: 'refused: another user’s id, 403',
    query: 'query Other($id: ID!) { user(id: $id) { id email } }',
    status: 403,
    isSignedIn: true,
    variables: (_person, other) => ({ id: other.id }),
    isExpectedBody: hasErrorCode('FORBIDDEN'),
  },
  anonymous: {
    title: 'refused: no token, 401',
    query: `query List($first: Int!) { tasks(first: $first) { totalCount nodes { ${TASK} } } }`,
    status: 401,
    isSignedIn: false,
    variables: () => ({ first: PAGE_SIZE }),
    isExpectedBody: hasErrorCode('UNAUTHENTICATED'),
  },
};

/**
 * Builds a request as bytes, with a browser's headers.
 * @param token null to send none
 */
export function rawRequest({ query }: Pick<RequestKind, 'query'>, token: string | null, variables: object): Buffer {
  const operationName = /^(?:query|mutation) (\w+)/m.exec(query)?.[1];
  const body = JSON.stringify({ operationName, variables, query });
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: localhost:4000',
    'Connection: keep-alive',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Accept: application/graphql-response+json,application/json;q=0.9',
    'Content-Type: application/json',
    'Origin: http://localhost:3000',
    'Referer: http://localhost:3000/',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
