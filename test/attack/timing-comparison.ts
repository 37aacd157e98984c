import { createRandom } from './seeded-random.ts';
import type { AttackRunner } from './attack-runner.ts';
import { idOf, type Dataset } from './dataset.ts';

/** Response times of a foreign id compared with a missing one, for one operation. */
export interface Timing {
  readonly operation: string;
  /** The probability that a foreign id takes longer than a missing one: 0.5 where they are indistinguishable. */
  readonly superiority: number;
  /** Its distance from 0.5, in standard errors (Mann and Whitney, 1947). */
  readonly deviation: number;
}

/** Beyond both limits, an attacker could distinguish a foreign id from a missing one by time. */
const DISTINGUISHABLE = { superiority: 0.1, deviation: 5 } as const;

/** Each operation that takes an id, as a variable, so that all documents are equally cached. */
const OPERATIONS: Readonly<Record<string, string>> = {
  task: 'query ($id: ID!) { task(id: $id) { id title steps { title } } }',
  updateTask: 'mutation ($id: ID!) { updateTask(id: $id, input: { done: true }, expectedVersion: 1) { id } }',
  deleteTask: 'mutation ($id: ID!) { deleteTask(id: $id) }',
  restoreTask: 'mutation ($id: ID!) { restoreTask(id: $id) { id } }',
  updateTasks: `mutation ($id: ID!) { updateTasks(ids: ["${idOf('alice task 0')}", $id], done: true) { id } }`,
  moveTask: 'mutation ($id: ID!) { moveTask(id: $id) { id } }',
  'moveTask after': `mutation ($id: ID!) { moveTask(id: "${idOf('alice task 0')}", after: $id) { id } }`,
  addStep: 'mutation ($id: ID!) { addStep(taskId: $id, input: { title: "s" }) { id } }',
  updateStep: 'mutation ($id: ID!) { updateStep(id: $id, input: { title: "s" }) { id } }',
  deleteStep: 'mutation ($id: ID!) { deleteStep(id: $id) }',
};

/** Requests foreign and missing rows alternately, `pairs` times for each operation. */
export async function measureTimings(
  runner: AttackRunner,
  dataset: Dataset,
  pairs: number,
): Promise<readonly Timing[]> {
  const random = createRandom(pairs);
  const client = runner.clients.find(({ label }) => label === 'alice');
  if (client === undefined) throw new Error('There is no client named alice.');
  const token = client.token(runner.api.tokenSettings);
  const timings: Timing[] = [];
  for (const [operation, query] of Object.entries(OPERATIONS)) {
    const ofStep = operation === 'updateStep' || operation === 'deleteStep';
    const [task] = dataset.users.bob.tasks.filter(({ steps }) => steps.length > 0);
    const foreign = (ofStep ? task?.steps[0]?.id : task?.id) ?? '';
    const time = async (id: string) => {
      const began = performance.now();
      const { status } = await runner.api.send({ query, variables: { id } }, token);
      if (status !== 200) throw new Error(`${operation} got status ${status}.`);
      return performance.now() - began;
    };
    const [foreigns, missings]: [number[], number[]] = [[], []];
    for (let pair = -20; pair < pairs; pair++) {
      const missing = adjacentId(foreign, pair + 20);
      // Random order: periodic work of the server must not always hit the same one.
      const isForeignFirst = random.next(1_000) < 500;
      const first = await time(isForeignFirst ? foreign : missing);
      const second = await time(isForeignFirst ? missing : foreign);
      if (pair < 0) continue;
      foreigns.push(isForeignFirst ? first : second);
      missings.push(isForeignFirst ? second : first);
    }
    timings.push({ operation, ...compareSamples(foreigns, missings) });
  }
  return timings;
}

/**
 * Returns a missing id next to an existing one: in an index both belong on the same page, so that they differ only in
 * whether the row exists. A new one each time, as an attacker would send.
 */
function adjacentId(id: string, nth: number): string {
  const last = (Number.parseInt(id.slice(-3), 16) + 1 + (nth % 4_095)) % 4_096;
  return `${id.slice(0, -3)}${last.toString(16).padStart(3, '0')}`;
}

/** Whether a difference is both exploitable and significant. */
export function isDistinguishable({ superiority, deviation }: Timing): boolean {
  return Math.abs(superiority - 0.5) > DISTINGUISHABLE.superiority && Math.abs(deviation) > DISTINGUISHABLE.deviation;
}

/** Returns the Mann-Whitney statistic of two samples, as a probability and in standard errors. */
export function compareSamples(
  ones: readonly number[],
  others: readonly number[],
): Pick<Timing, 'superiority' | 'deviation'> {
  const sorted = others.toSorted((a, b) => a - b);
  const wins = ones.reduce((sum, one) => sum + (countBelow(sorted, one) + countBelow(sorted, one, true)) / 2, 0);
  const [m, n] = [ones.length, others.length];
  const superiority = wins / (m * n);
  const error = Math.sqrt((m + n + 1) / (12 * m * n));
  return { superiority, deviation: (superiority - 0.5) / error };
}

function countBelow(sorted: readonly number[], value: number, orEqual = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] ?? 0;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
