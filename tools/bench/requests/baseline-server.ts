import { createHmac, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, type PoolClient } from 'pg';
import { encodeCursor } from '../../../server/data/query/cursor.ts';
import { type QueryRows, prepareViewer, queryWithoutViewer, queryAsViewer } from './baseline-queries.ts';
import type { RequestKindName } from './request-kinds.ts';

/**
 * The baseline: a minimal server for only these requests, with one prepared statement each and hand-written JSON. It
 * verifies every token and, with row-level security, sets the viewer under the same Sync. The API's cost above this
 * pays for its features.
 */

/** Options, read from the file that the first argument names. */
export interface BaselineOptions {
  readonly port: number;
  readonly databaseUrl: string;
  /** Whether to set the viewer for row-level security; if not, the database role must bypass it. */
  readonly rowSecurity: boolean;
  readonly kid: string;
  /** The signing secret, in base64url. */
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  /** The kind of request by its document, as with persisted operations. */
  readonly documents: Readonly<Record<string, RequestKindName>>;
  /** The bodies of the two error responses, as the API sends them. */
  readonly refusals: { readonly unauthenticated: string; readonly forbidden: string };
}

interface TaskRow {
  readonly total: number;
  readonly id: string | null;
  readonly title: string;
  readonly description: string;
  readonly done: boolean;
  readonly due_at: Date | null;
  readonly priority: string;
  readonly position: number;
}

interface WebTaskRow extends TaskRow {
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly steps: readonly object[];
}

const COLUMNS = 'id, title, description, done, due_at, priority';
const OWN = 'from app.task where user_id = $1 and deleted_at is null';
const pageOf = (columns: string) =>
  `select t.total, p.* from (select count(*)::int as total ${OWN}) as t
    left join (select ${columns} ${OWN} order by position, id limit $2) as p on true order by p.position, p.id`;
const STEPS = `(select coalesce(json_agg(json_build_object('id', s.id, 'title', s.title, 'done', s.done, '__typename', 'Step')
  order by s.position), '[]') from app.step s where s.user_id = $1 and s.task_id = task.id) as steps`;
const LIST = { name: 'list', text: pageOf(`${COLUMNS}, position`) };
const WEB_LIST = {
  name: 'webList',
  text: pageOf(`id, title, done, due_at, priority, position, version, created_at, updated_at, ${STEPS}`),
};
const BY_ID = { name: 'byId', text: `select ${COLUMNS} ${OWN} and id = $2` };

const options = JSON.parse(fs.readFileSync(process.argv[2] ?? '', 'utf8')) as BaselineOptions;
const key = Buffer.from(options.secret, 'base64url');
const pool = new Pool({
  connectionString: options.databaseUrl,
  max: 10,
  application_name: 'bench-baseline',
  ...(options.rowSecurity && { onConnect: (client) => prepareViewer(client as PoolClient) }),
});
const selectRows: QueryRows = options.rowSecurity ? queryAsViewer : queryWithoutViewer;

createServer((request, response) => {
  if (request.method === 'GET') return void response.end();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    handleRequest(request, response, Buffer.concat(chunks).toString()).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500, { 'content-length': 0 }).end();
    });
  });
}).listen(options.port, '127.0.0.1');

async function handleRequest({ headers }: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
  const { query, variables } = JSON.parse(text) as { query: string; variables: { first: number; id: string } };
  const userId = verifyToken(headers.authorization);
  if (userId === null) return writeResponse(response, 401, options.refusals.unauthenticated);
  switch (options.documents[query]) {
    case 'list': {
      const { total, rows } = await page(userId, LIST, variables.first);
      return writeResponse(
        response,
        200,
        `{"data":{"tasks":{"totalCount":${total},"nodes":[${rows.map(taskJson).join()}]}}}\n`,
      );
    }
    case 'webList': {
      const { total, rows, hasNext } = await page(userId, WEB_LIST, variables.first);
      const last = rows.at(-1);
      const info = `{"hasNextPage":${hasNext},"endCursor":${last ? `"${cursor(last)}"` : null},"__typename":"PageInfo"}`;
      const edges = (rows as WebTaskRow[]).map(edgeJson).join();
      const tasks = `{"totalCount":${total},"pageInfo":${info},"edges":[${edges}],"__typename":"TaskConnection"}`;
      return writeResponse(response, 200, `{"data":{"tasks":${tasks}}}\n`);
    }
    case 'byId': {
      const [row] = await queryRows(userId, BY_ID, [userId, variables.id]);
      return writeResponse(response, 200, `{"data":{"task":${row ? taskJson(row) : null}}}\n`);
    }
    case 'foreign':
      if (variables.id === userId) throw new Error('The byId request never uses the id of the viewer.');
      return writeResponse(response, 403, options.refusals.forbidden);
    default:
      throw new Error('Unknown document.');
  }
}

async function page(
  userId: string,
  statement: { name: string; text: string },
  first: number,
): Promise<{ total: number; rows: TaskRow[]; hasNext: boolean }> {
  const pageRows = await queryRows(userId, statement, [userId, first + 1]);
  const rows = pageRows.filter(({ id }) => id !== null);
  return { total: pageRows[0]?.total ?? 0, rows: rows.slice(0, first), hasNext: rows.length > first };
}

async function queryRows(userId: string, statement: { name: string; text: string }, values: unknown[]) {
  const client = await pool.connect();
  const rows = await selectRows<TaskRow>(client, userId, { ...statement, values });
  client.release();
  return rows;
}

const taskFields = ({ id, title, description, done, due_at: dueAt, priority }: TaskRow) =>
  `"id":"${id}","title":${JSON.stringify(title)},"description":${JSON.stringify(description)},"done":${done},` +
  `"dueAt":${dueAt ? `"${dueAt.toISOString()}"` : null},"priority":"${priority}"`;
const taskJson = (row: TaskRow) => `{${taskFields(row)}}`;
const cursor = ({ position, id }: TaskRow) => encodeCursor('POSITION ASC', { key: position, id: id ?? '' });
const edgeJson = (row: WebTaskRow) => {
  const node = {
    id: row.id,
    title: row.title,
    done: row.done,
    dueAt: row.due_at,
    priority: row.priority,
    position: row.position,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    steps: row.steps,
    __typename: 'Task',
  };
  return `{"cursor":"${cursor(row)}","node":${JSON.stringify(node)},"__typename":"TaskEdge"}`;
};

/** Returns the user of a valid HS256 token; null for anything else. */
function verifyToken(authorization: string | undefined): string | null {
  const [head, payload, signature] = authorization?.slice('Bearer '.length).split('.') ?? [];
  if (head === undefined || payload === undefined || signature === undefined) return null;
  const expected = createHmac('sha256', key).update(`${head}.${payload}`).digest();
  const actual = Buffer.from(signature, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg: string; kid: string };
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const isGood =
    alg === 'HS256' &&
    kid === options.kid &&
    claims['iss'] === options.issuer &&
    claims['aud'] === options.audience &&
    typeof claims['exp'] === 'number' &&
    claims['exp'] > Date.now() / 1_000;
  return isGood ? String(claims['sub']) : null;
}

function writeResponse(response: ServerResponse, status: number, body: string): void {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'private, no-store',
    vary: 'Authorization, Accept, Origin',
  };
  response.writeHead(status, headers).end(body);
}
