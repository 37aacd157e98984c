import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import type { HttpResponse, Finding } from './compare-response.ts';
import { grammarAttacks, type PlannedRequest } from './generate-requests.ts';
import { type Audience, ReferenceModel, type Request } from './reference-model.ts';
import type { ApiUnderTest } from './api-under-test.ts';
import { attackQueries } from './attack-queries.ts';
import { type Attempt, AttackRunner } from './attack-runner.ts';
import { type AttackClient, attackClients } from './attack-clients.ts';
import { createDataset, type Dataset } from './dataset.ts';

const folder = inRoot('schema');
const sdl = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql') && name !== 'released.graphql')
  .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
  .join('\n');

/** All clients, with their names. */
function clientsWithLabels(dataset: Dataset): readonly AttackClient[] {
  return attackClients(dataset).map((client) => ({ ...client, token: () => client.label }));
}

/** The model in the product's place, with a defect: what the suite does not find here, it finds nowhere. */
function faultyApi(
  fault: (request: Request, audience: Audience, dataset: Dataset) => [Request, Audience, Dataset],
): ApiUnderTest {
  const model = new ReferenceModel(sdl);
  const dataset = createDataset();
  const clients = clientsWithLabels(dataset);
  const tokenSettings = { kid: 'k', secret: Buffer.alloc(32, 1), issuer: 'i', audience: 'a' };
  const byToken = (token: string | null) =>
    clients.find(({ label }) => label === token)?.audience ?? { kind: 'anonymous' as const };
  return {
    tokenSettings,
    superuserUrl: '',
    stop: async () => {},
    replicaReads: async () => 0,
    async send(request, token): Promise<HttpResponse> {
      const expectedFor = [request, byToken(token), dataset] as const;
      const isAttack = request.query.includes('Attack');
      const { status, codes, data } = await model.expectedResponse(
        ...(isAttack ? fault(...expectedFor) : expectedFor),
        new Map(),
      );
      const errors = codes.map((code) => ({ message: code, extensions: { code } }));
      const body = { ...(errors.length > 0 && { errors }), ...(data !== undefined && { data }) };
      return { status, headers: { 'cache-control': 'private, no-store' }, text: JSON.stringify(body) };
    },
  };
}

function* withoutCursors(planned: Iterable<PlannedRequest>): Generator<PlannedRequest> {
  for (const one of planned)
    if (!one.attack.argumentChoices.some((ofHop) => ofHop.get('after')?.label.endsWith('cursor'))) yield one;
}

/** Returns the findings of a few thousand requests, or stops at the first of these kinds. */
async function collectFindings(api: ApiUnderTest, enough: Finding['kind'] | null): Promise<readonly Attempt[]> {
  const dataset = createDataset();
  const model = new ReferenceModel(sdl);
  const runner = new AttackRunner(api, model, clientsWithLabels(dataset), dataset);
  await runner.collectCursors(dataset);
  const found: Attempt[] = [];
  // The model returns no distinguishable cursors.
  const planned = withoutCursors(grammarAttacks(model.schema, 'query', runner.clients.length));
  await attackQueries(
    runner,
    dataset,
    planned,
    () => runner.distinctRequests > 3_000 || found.some(({ finding }) => finding?.kind === enough),
    (attempt) => found.push(attempt),
  );
  return found;
}

// covers: ACCESS-12
test('finds nothing in a correct product', async () => {
  expect(
    await collectFindings(
      faultyApi((...all) => all),
      null,
    ),
  ).toEqual([]);
});

type Fault = Parameters<typeof faultyApi>[0];
const DEFECTS: Readonly<Record<string, readonly [Finding['kind'], Fault]>> = {
  'shows one user the rows of another': [
    'leak',
    (request, user, dataset) => [request, user, { ...dataset, users: { ...dataset.users, alice: dataset.users.bob } }],
  ],
  'takes everybody for signed in': [
    'missed refusal',
    (request, user, dataset) => [request, user.kind === 'anonymous' ? audienceOf(dataset, 'alice') : user, dataset],
  ],
  'takes everybody for an admin': [
    'missed refusal',
    (request, user, dataset) => [request, user.kind === 'user' ? audienceOf(dataset, 'carol') : user, dataset],
  ],
  'forgets whom it knows': [
    'false refusal',
    (request, user, dataset) => [request, user.kind === 'user' ? { kind: 'anonymous' } : user, dataset],
  ],
  'does not look at variables': [
    'wrong answer',
    (request, user, dataset) => [{ ...request, variables: {} }, user, dataset],
  ],
};

// covers: ACCESS-12, SC-005
test.each(Object.entries(DEFECTS))('finds a product that %s', async (_what, [kind, defect]) => {
  const found = await collectFindings(faultyApi(defect), kind);
  expect(found.map(({ finding }) => finding?.kind)).toContain(kind);
});

function audienceOf(dataset: Dataset, name: string): Audience {
  const client = attackClients(dataset).find(({ label }) => label === name);
  if (client === undefined) throw new Error(`There is no client named ${name}.`);
  return client.audience;
}
