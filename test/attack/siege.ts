import { createHash } from 'node:crypto';
import { type Attack, write } from './attack.ts';
import type { Parties } from './choices.ts';
import { type Answer, compare, type Finding } from './compare.ts';
import type { Planned } from './generate.ts';
import { type Expectation, type Model, type Request } from './model.ts';
import type { Product } from './product.ts';
import type { Place } from './resolvers.ts';
import type { Asker } from './tokens.ts';
import { markerOf, NAMES, type Name, type World } from './world.ts';

/** One request with all that is known of it. */
export interface Shot {
  readonly request: Request;
  readonly asker: Asker;
  readonly expected: Expectation;
  readonly answer: Answer;
  readonly finding: Finding | null;
}

/** The product under attack, and the model that it is held against. */
export class Siege {
  readonly product: Product;
  readonly model: Model;
  readonly askers: readonly Asker[];
  readonly #cursors = new Map<Name, { readonly task: string; readonly event: string }>();
  readonly #places = new Map<string, Place>();
  readonly #secrets: Readonly<Record<Name | 'nobody', readonly string[]>>;
  readonly #fired = new Set<string>();

  constructor(product: Product, model: Model, askers: readonly Asker[], world: World) {
    this.product = product;
    this.model = model;
    this.askers = askers;
    const idsOf = (name: Name) => {
      const { id, tasks } = world.people[name];
      return [id, markerOf(name), ...tasks.flatMap((task) => [task.id, ...task.steps.map((step) => step.id)])];
    };
    const allBut = (name: Name | null) => [
      markerOf('nobody'),
      ...NAMES.filter((other) => other !== name).flatMap(idsOf),
    ];
    this.#secrets = { alice: allBut('alice'), bob: allBut('bob'), carol: allBut('carol'), nobody: allBut(null) };
  }

  /** How many different requests there were. */
  get distinct(): number {
    return this.#fired.size;
  }

  /** Asks the API, as each person, for the cursors of their first task and newest event. */
  async collectCursors(world: World): Promise<void> {
    for (const { audience, token } of this.askers) {
      if (audience.kind !== 'person' || this.#cursors.has(audience.name)) continue;
      const { text } = await this.product.send({ query: FIRST_ROWS, variables: {} }, token(this.product.tokens));
      const { viewer } = (JSON.parse(text) as { data: { viewer: FirstRows } }).data;
      const { tasks, events } = world.people[audience.name];
      const [task, event] = [first(viewer.tasks, tasks), first(viewer.securityEvents, events)];
      this.#cursors.set(audience.name, { task: task.cursor, event: event.cursor });
      this.#places.set(task.cursor, { list: 'tasks', row: structuredClone(task.row) });
      this.#places.set(event.cursor, { list: 'events', row: event.row });
    }
  }

  /** Writes a planned request out; null when it was sent before. */
  prepare({ attack, audience }: Planned, world: World): { readonly asker: Asker; readonly request: Request } | null {
    const asker = this.askers[audience];
    if (asker === undefined) return null;
    const request = write(attack, this.parties(asker, world));
    const name = createHash('sha256')
      .update(JSON.stringify([audience, request]))
      .digest('base64url');
    if (this.#fired.has(name)) return null;
    this.#fired.add(name);
    return { asker, request };
  }

  /** Sends a request and holds the answer against the model, which changes `world` by a mutation. */
  async fire(request: Request, asker: Asker, world: World): Promise<Shot> {
    const { audience } = asker;
    const expected = await this.model.expects(request, audience, world, this.#places);
    const answer = await this.product.send(request, asker.token(this.product.tokens));
    const secrets = this.#secrets[audience.kind === 'person' ? audience.name : 'nobody'];
    return { request, asker, expected, answer, finding: compare(answer, expected, JSON.stringify(request), secrets) };
  }

  /** Who is asking, and the next person in the row, from whom to steal. */
  parties({ audience }: Asker, { people }: World): Parties {
    const name = audience.kind === 'person' ? audience.name : 'alice';
    const next = NAMES[(NAMES.indexOf(name) + 1) % NAMES.length] ?? 'alice';
    const [own, other] = [this.#cursors.get(name), this.#cursors.get(next)];
    if (own === undefined || other === undefined) throw new Error('The cursors have to be collected first.');
    const cursors = { ownTask: own.task, otherTask: other.task, ownEvent: own.event, otherEvent: other.event };
    return { own: people[name], other: people[next], cursors };
  }
}

const FIRST_ROWS = `{ viewer {
  tasks(first: 1) { edges { cursor node { id } } }
  securityEvents(first: 1) { edges { cursor node { id } } }
} }`;

interface Edges {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
}
interface FirstRows {
  readonly tasks: Edges;
  readonly securityEvents: Edges;
}

function first<Row extends { readonly id: string }>({ edges: [edge] }: Edges, rows: readonly Row[]) {
  const row = rows.find(({ id }) => id === edge?.node.id);
  if (edge === undefined || row === undefined) throw new Error('Somebody has no first row.');
  return { cursor: edge.cursor, row };
}

/** A request made plainer, one thing at a time: what is left of a counter-example should be what it takes. */
export function* plainer(attack: Attack): Generator<Attack> {
  const { shape, given } = attack;
  const plain = { alias: 'none', wrap: 'none', values: 'literal', condition: 'none', companion: 'none' } as const;
  for (const factor of Object.keys(plain) as (keyof typeof plain)[])
    if (shape[factor] !== plain[factor]) yield { ...attack, shape: { ...shape, [factor]: plain[factor] } };
  for (const [index, ofHop] of given.entries())
    for (const name of ofHop.keys()) {
      const rest = new Map([...ofHop].filter(([other]) => other !== name));
      yield { ...attack, given: given.with(index, rest) };
    }
}
