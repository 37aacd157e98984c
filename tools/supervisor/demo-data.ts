import fs from 'node:fs';
import path from 'node:path';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { NEIGHBOUR } from '../../runtime/demo-neighbour.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { writeFileAtomically } from '../../server/operations/files.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';

const TIMEOUT_MILLISECONDS = 30_000;

const TASKS = [
  { title: 'Look around: only you can see this task', description: 'No other account can read, count or guess it.' },
  {
    title: 'Sign up with your own address',
    description: 'Any address works here: mails become files in the data folder, .data/mail.',
  },
  {
    title: 'Query another user’s tasks through the API',
    description: 'The API answers 403 before it reads a row.',
    priority: 'HIGH',
  },
  { title: 'Read the schema: it is the access policy', description: '', priority: 'LOW' },
] as const;

/** The operations that create the tasks. They are trusted documents: the demo also starts with OPERATIONS=trusted. */
const TITLES = '{ tasks(first: 100) { nodes { title } } }';
const CREATE_TASK = 'mutation Seed($input: CreateTaskInput!) { createTask(input: $input) { id } }';
export const DEMO_DOCUMENTS: readonly string[] = [TITLES, CREATE_TASK];
/**
 * Creates the demo account's neighbour and its task, in the database: no endpoint creates an account without a way to sign
 * in. Rows that exist stay as they are.
 * @param ownerUrl the connection string of the role that owns the tables
 */
export async function seedNeighbour(ownerUrl: string): Promise<void> {
  const { id, name, email, task } = NEIGHBOUR;
  await withClient(ownerUrl, async (client) => {
    await client.query(
      `insert into auth."user" (id, name, email, email_verified, role) values ($1, $2, $3, false, 'USER')
       on conflict do nothing`,
      [id, name, email],
    );
    await client.query('insert into app.task (user_id, id, title) values ($1, $2, $3) on conflict do nothing', [
      id,
      task.id,
      task.title,
    ]);
  });
}

/** Where the demo account signs up: through the public endpoints, as every user does. */
export interface DemoOptions {
  readonly dataDir: string;
  /** The web app's URL on this machine, and its configured origin. */
  readonly web: { readonly url: string; readonly origin: string };
  /** The API's URL on this machine. */
  readonly apiUrl: string;
}

/**
 * Returns a notice that the demo account cannot sign in at a public origin; undefined if the account does not exist. It
 * exists after an earlier start on loopback origins, or in a copy of such a database.
 * @param ownerUrl the connection string of the role that owns the tables
 * @param webUrl the web app's origin
 */
export async function demoNotice(ownerUrl: string, webUrl: string): Promise<string | undefined> {
  const { rowCount } = await withClient(ownerUrl, (client) =>
    client.query('select from auth."user" where lower(email) = $1', [DEMO_ACCOUNT.email]),
  );
  if (rowCount === 0) return undefined;
  return `The demo account ${DEMO_ACCOUNT.email} exists, and cannot sign in at ${webUrl}: its password is public.`;
}

/**
 * Creates the demo account and its tasks, once per data folder; the next start completes an interrupted attempt. A
 * password or tasks that users have changed since stay as they are.
 * @throws {OperatorError} if the web app or the API refuses a request
 */
export async function seedDemo({ dataDir, web, apiUrl }: DemoOptions): Promise<void> {
  const markerFile = path.join(dataDir, 'demo-seeded');
  if (fs.existsSync(markerFile)) return;
  const token = (await authenticate(web, 'sign-up')) ?? (await authenticate(web, 'sign-in'));
  if (token === undefined) throw new OperatorError('The demo account cannot be created, and cannot sign in.');
  const existing = await graphql(apiUrl, token, TITLES, {});
  const titles = new Set((existing['tasks'] as { nodes: { title: string }[] }).nodes.map(({ title }) => title));
  for (const input of TASKS.filter(({ title }) => !titles.has(title)))
    await graphql(apiUrl, token, CREATE_TASK, { input });
  writeFileAtomically(markerFile, '', 0o644);
}

/** Returns an access token; undefined if the account already exists or has another password. */
async function authenticate(web: DemoOptions['web'], action: 'sign-up' | 'sign-in'): Promise<string | undefined> {
  const response = await post(`${web.url}/api/auth/${action}/email`, { origin: web.origin }, DEMO_ACCOUNT);
  if (response.status === 401 || response.status === 403 || response.status === 422) return undefined;
  const { accessToken } = (await response.json()) as { accessToken?: string };
  if (accessToken === undefined)
    throw new OperatorError(`The web app answered the demo ${action} with status ${response.status}.`);
  return accessToken;
}

async function graphql(
  apiUrl: string,
  token: string,
  query: string,
  variables: object,
): Promise<Record<string, unknown>> {
  const response = await post(`${apiUrl}/graphql`, { authorization: `Bearer ${token}` }, { query, variables });
  const { data, errors } = (await response.json()) as { data?: Record<string, unknown> | null; errors?: unknown };
  if (!data || errors !== undefined)
    throw new OperatorError(
      `The API answered a demo request with status ${response.status}: ${JSON.stringify(errors)}`,
    );
  return data;
}

function post(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
}
