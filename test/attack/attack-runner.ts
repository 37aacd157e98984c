import { createHash } from 'node:crypto';
import { type AttackRequest, writeRequest } from './attack-request.ts';
import type { Parties } from './argument-choices.ts';
import { type HttpResponse, compareResponse, type Finding } from './compare-response.ts';
import type { PlannedRequest } from './generate-requests.ts';
import { type Expectation, type ReferenceModel, type Request } from './reference-model.ts';
import type { ApiUnderTest } from './api-under-test.ts';
import type { CursorTarget } from './reference-resolvers.ts';
import type { AttackClient } from './attack-clients.ts';
import { markerOf, USER_NAMES, type UserName, type Dataset } from './dataset.ts';

/** One request with its expected and actual response. */
export interface Attempt {
  readonly request: Request;
  readonly client: AttackClient;
  readonly expected: Expectation;
  readonly response: HttpResponse;
  readonly finding: Finding | null;
}

/** The product under attack, and the model to compare it with. */
export class AttackRunner {
  readonly api: ApiUnderTest;
  readonly model: ReferenceModel;
  readonly clients: readonly AttackClient[];
  readonly #cursors = new Map<UserName, { readonly task: string; readonly event: string }>();
  readonly #cursorRows = new Map<string, CursorTarget>();
  readonly #secrets: Readonly<Record<UserName | 'anonymous', readonly string[]>>;
  readonly #sent = new Set<string>();

  constructor(api: ApiUnderTest, model: ReferenceModel, clients: readonly AttackClient[], dataset: Dataset) {
    this.api = api;
    this.model = model;
    this.clients = clients;
    const idsOf = (name: UserName) => {
      const { id, tasks } = dataset.users[name];
      return [id, markerOf(name), ...tasks.flatMap((task) => [task.id, ...task.steps.map((step) => step.id)])];
    };
    const allBut = (name: UserName | null) => [
      markerOf('anonymous'),
      ...USER_NAMES.filter((other) => other !== name).flatMap(idsOf),
    ];
    this.#secrets = { alice: allBut('alice'), bob: allBut('bob'), carol: allBut('carol'), anonymous: allBut(null) };
  }

  /** The number of distinct requests so far. */
  get distinctRequests(): number {
    return this.#sent.size;
  }

  /** Reads, as each user, the cursors of their first task and newest event. */
  async collectCursors(dataset: Dataset): Promise<void> {
    for (const { audience, token } of this.clients) {
      if (audience.kind !== 'user' || this.#cursors.has(audience.name)) continue;
      const { text } = await this.api.send({ query: FIRST_ROWS, variables: {} }, token(this.api.tokenSettings));
      const { viewer } = (JSON.parse(text) as { data: { viewer: FirstRows } }).data;
      const { tasks, events } = dataset.users[audience.name];
      const [task, event] = [firstRow(viewer.tasks, tasks), firstRow(viewer.securityEvents, events)];
      this.#cursors.set(audience.name, { task: task.cursor, event: event.cursor });
      this.#cursorRows.set(task.cursor, { list: 'tasks', row: structuredClone(task.row) });
      this.#cursorRows.set(event.cursor, { list: 'events', row: event.row });
    }
  }

  /** Returns the request of a plan; null if it was sent before. */
  prepare(
    { attack, audience }: PlannedRequest,
    dataset: Dataset,
  ): { readonly client: AttackClient; readonly request: Request } | null {
    const client = this.clients[audience];
    if (client === undefined) return null;
    const request = writeRequest(attack, this.parties(client, dataset));
    const name = createHash('sha256')
      .update(JSON.stringify([audience, request]))
      .digest('base64url');
    if (this.#sent.has(name)) return null;
    this.#sent.add(name);
    return { client, request };
  }

  /** Sends a request and compares the response with the model's; a mutation changes the model's dataset. */
  async send(request: Request, client: AttackClient, dataset: Dataset): Promise<Attempt> {
    const { audience } = client;
    const expected = await this.model.expectedResponse(request, audience, dataset, this.#cursorRows);
    const response = await this.api.send(request, client.token(this.api.tokenSettings));
    const secrets = this.#secrets[audience.kind === 'user' ? audience.name : 'anonymous'];
    return {
      request,
      client,
      expected,
      response,
      finding: compareResponse(response, expected, JSON.stringify(request), secrets),
    };
  }

  /** Returns the viewer, and the next user, whose rows the request tries to reach. */
  parties({ audience }: AttackClient, { users }: Dataset): Parties {
    const name = audience.kind === 'user' ? audience.name : 'alice';
    const next = USER_NAMES[(USER_NAMES.indexOf(name) + 1) % USER_NAMES.length] ?? 'alice';
    const [own, other] = [this.#cursors.get(name), this.#cursors.get(next)];
    if (own === undefined || other === undefined) throw new Error('Collect the cursors first.');
    const cursors = { ownTask: own.task, otherTask: other.task, ownEvent: own.event, otherEvent: other.event };
    return { attacker: users[name], victim: users[next], cursors };
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

function firstRow<Row extends { readonly id: string }>({ edges: [edge] }: Edges, rows: readonly Row[]) {
  const row = rows.find(({ id }) => id === edge?.node.id);
  if (edge === undefined || row === undefined) throw new Error('A user has no first row.');
  return { cursor: edge.cursor, row };
}

/** Yields simpler plans, one change at a time, to minimize a counterexample. */
export function* simplerRequests(attack: AttackRequest): Generator<AttackRequest> {
  const { style, argumentChoices } = attack;
  const plain = { alias: 'none', wrap: 'none', values: 'literal', condition: 'none', companion: 'none' } as const;
  for (const factor of Object.keys(plain) as (keyof typeof plain)[])
    if (style[factor] !== plain[factor]) yield { ...attack, style: { ...style, [factor]: plain[factor] } };
  for (const [index, ofHop] of argumentChoices.entries())
    for (const name of ofHop.keys()) {
      const rest = new Map([...ofHop].filter(([other]) => other !== name));
      yield { ...attack, argumentChoices: argumentChoices.with(index, rest) };
    }
}
