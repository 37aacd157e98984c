import fs from 'node:fs';
import path from 'node:path';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { writeFileAtomically } from '../../server/operations/files.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';

const TIMEOUT_MILLISECONDS = 30_000;

const TASKS = [
  { title: 'Look round: this task is yours alone', description: 'No other account can read, count or guess it.' },
  { title: 'Sign up with an address of your own', description: 'Any address will do here: no mail is sent.' },
  {
    title: 'Ask the API for somebody else’s tasks',
    description: 'It answers 403 before a row has been read.',
    priority: 'HIGH',
  },
  { title: 'Read the schema: it is the access policy', description: '', priority: 'LOW' },
] as const;

/** Where the demo account is made: through the front door, like anybody's. */
export interface DemoOptions {
  readonly dataDir: string;
  /** The web app as reached from here, and the origin that it knows itself by. */
  readonly web: { readonly url: string; readonly origin: string };
  /** The API as reached from here. */
  readonly apiUrl: string;
}

/**
 * Returns the notice for origins at which the demo account is closed if it exists, from a start with other origins or in
 * a copy of its database. Undefined if it does not exist.
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
 * Makes the demo account and its tasks, once for a data folder; an interrupted attempt is completed the next time.
 * Whoever has since changed the password or the tasks keeps them.
 * @throws {OperatorError} when the web app or the API refuses
 */
export async function seedDemo({ dataDir, web, apiUrl }: DemoOptions): Promise<void> {
  const markerFile = path.join(dataDir, 'demo-seeded');
  if (fs.existsSync(markerFile)) return;
  const token = (await authenticate(web, 'sign-up')) ?? (await authenticate(web, 'sign-in'));
  if (token === undefined) throw new OperatorError('The demo account can be neither made nor signed in to.');
  const existing = await graphql(apiUrl, token, '{ tasks(first: 100) { nodes { title } } }', {});
  const titles = new Set((existing['tasks'] as { nodes: { title: string }[] }).nodes.map(({ title }) => title));
  for (const input of TASKS.filter(({ title }) => !titles.has(title)))
    await graphql(apiUrl, token, 'mutation Seed($input: CreateTaskInput!) { createTask(input: $input) { id } }', {
      input,
    });
  writeFileAtomically(markerFile, '', 0o644);
}

/** @returns an access token, or undefined when the account is there already or the password is another one */
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
