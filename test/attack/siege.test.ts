import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRoot } from '../../server/cli/stack/paths.ts';
import type { Answer, Finding } from './compare.ts';
import { everyAttack, type Planned } from './generate.ts';
import { type Audience, Model, type Request } from './model.ts';
import type { Product } from './product.ts';
import { attackReads } from './reads.ts';
import { type Shot, Siege } from './siege.ts';
import { type Asker, askers } from './tokens.ts';
import { createWorld, type World } from './world.ts';

const folder = inRoot('schema');
const sdl = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
  .join('\n');

/** Everybody, with what they are called for a token. */
function labelled(world: World): readonly Asker[] {
  return askers(world).map((asker) => ({ ...asker, token: () => asker.label }));
}

/** The model in the product's place, with a fault: what a suite does not find here, it finds nowhere. */
function faulty(fault: (request: Request, audience: Audience, world: World) => [Request, Audience, World]): Product {
  const model = new Model(sdl);
  const world = createWorld();
  const everybody = labelled(world);
  const tokens = { kid: 'k', secret: Buffer.alloc(32, 1), issuer: 'i', audience: 'a' };
  const byToken = (token: string | null) =>
    everybody.find(({ label }) => label === token)?.audience ?? { kind: 'anonymous' as const };
  return {
    tokens,
    superuserUrl: '',
    stop: async () => {},
    async send(request, token): Promise<Answer> {
      const asked = [request, byToken(token), world] as const;
      const isAttack = request.query.includes('Attack');
      const { status, codes, data } = await model.expects(...(isAttack ? fault(...asked) : asked), new Map());
      const errors = codes.map((code) => ({ message: code, extensions: { code } }));
      const body = { ...(errors.length > 0 && { errors }), ...(data !== undefined && { data }) };
      return { status, headers: { 'cache-control': 'private, no-store' }, text: JSON.stringify(body) };
    },
  };
}

function* withoutCursors(planned: Iterable<Planned>): Generator<Planned> {
  for (const one of planned)
    if (!one.attack.given.some((ofHop) => ofHop.get('after')?.label.endsWith('cursor'))) yield one;
}

/** What is found in a few thousand requests, or until one of these is. */
async function findings(product: Product, enough: Finding['kind'] | null): Promise<readonly Shot[]> {
  const world = createWorld();
  const model = new Model(sdl);
  const siege = new Siege(product, model, labelled(world), world);
  await siege.collectCursors(world);
  const found: Shot[] = [];
  // The model gives out no cursors that could be told apart.
  const planned = withoutCursors(everyAttack(model.schema, 'query', siege.askers.length));
  await attackReads(
    siege,
    world,
    planned,
    () => siege.distinct > 3_000 || found.some(({ finding }) => finding?.kind === enough),
    (shot) => found.push(shot),
  );
  return found;
}

test('a product without a fault has no finding', async () => {
  expect(
    await findings(
      faulty((...all) => all),
      null,
    ),
  ).toEqual([]);
});

type Fault = Parameters<typeof faulty>[0];
const FAULTS: Readonly<Record<string, readonly [Finding['kind'], Fault]>> = {
  'shows one person the rows of another': [
    'leak',
    (request, who, world) => [request, who, { ...world, people: { ...world.people, alice: world.people.bob } }],
  ],
  'takes everybody for signed in': [
    'missed refusal',
    (request, who, world) => [request, who.kind === 'anonymous' ? audienceOf(world, 'alice') : who, world],
  ],
  'takes everybody for an admin': [
    'missed refusal',
    (request, who, world) => [request, who.kind === 'person' ? audienceOf(world, 'carol') : who, world],
  ],
  'forgets whom it knows': [
    'false refusal',
    (request, who, world) => [request, who.kind === 'person' ? { kind: 'anonymous' } : who, world],
  ],
  'does not look at variables': ['wrong answer', (request, who, world) => [{ ...request, variables: {} }, who, world]],
};

test.each(Object.entries(FAULTS))('a product that %s is found out', async (_what, [kind, fault]) => {
  const found = await findings(faulty(fault), kind);
  expect(found.map(({ finding }) => finding?.kind)).toContain(kind);
});

function audienceOf(world: World, name: string): Audience {
  const asker = askers(world).find(({ label }) => label === name);
  if (asker === undefined) throw new Error(`Nobody is called ${name}.`);
  return asker.audience;
}
