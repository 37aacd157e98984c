import { createRandom } from './seeded-random.ts';
import type { AttackRunner } from './attack-runner.ts';
import { idOf, type Dataset } from './dataset.ts';

/** How a foreign id's answers compare with a missing one's, for one operation. */
export interface Timing {
  readonly operation: string;
  /** The chance that a foreign id's answer takes longer than a missing one's: 0.5 where they cannot be told apart. */
  readonly superiority: number;
  /** How far that is from 0.5, in standard errors (Mann and Whitney, 1947). */
  readonly deviation: number;
}

/** Beyond both of these, somebody could tell a foreign id from a missing one by the clock. */
const DISTINGUISHABLE = { superiority: 0.1, deviation: 5 } as const;

/** Each way of asking for a row by its id: a variable, so that no document is known better than another. */
const OPERATIONS: Readonly<Record<string, string>> = {
  task: 'query ($id: ID!) { task(id: $id) { id title steps { title } } }',
  updateTask: 'mutation ($id: ID!) { updateTask(id: $id, input: { done: true }, expectedVersion: 1) { id } }',
  deleteTask: 'mutation ($id: ID!) { deleteTask(id: $id) }',
  moveTask: 'mutation ($id: ID!) { moveTask(id: $id) { id } }',
  'moveTask after': `mutation ($id: ID!) { moveTask(id: "${idOf('alice task 0')}", after: $id) { id } }`,
  addStep: 'mutation ($id: ID!) { addStep(taskId: $id, input: { title: "s" }) { id } }',
  updateStep: 'mutation ($id: ID!) { updateStep(id: $id, input: { title: "s" }) { id } }',
  deleteStep: 'mutation ($id: ID!) { deleteStep(id: $id) }',
};

/** Asks for foreign and for missing rows in turns, `pairs` times for each operation. */
export async function measureTimings(
  runner: AttackRunner,
  dataset: Dataset,
  pairs: number,
): Promise<readonly Timing[]> {
  const random = createRandom(pairs);
  const client = runner.clients.find(({ label }) => label === 'alice');
  if (client === undefined) throw new Error('Nobody is called alice.');
  const token = client.token(runner.api.tokenSettings);
  const timings: Timing[] = [];
  for (const [operation, query] of Object.entries(OPERATIONS)) {
    const ofStep = operation === 'updateStep' || operation === 'deleteStep';
    const [task] = dataset.users.bob.tasks.filter(({ steps }) => steps.length > 0);
    const foreign = (ofStep ? task?.steps[0]?.id : task?.id) ?? '';
    const time = async (id: string) => {
      const began = performance.now();
      const { status } = await runner.api.send({ query, variables: { id } }, token);
      if (status !== 200) throw new Error(`${operation} was answered with status ${status}.`);
      return performance.now() - began;
    };
    const [foreigns, missings]: [number[], number[]] = [[], []];
    for (let pair = -20; pair < pairs; pair++) {
      const missing = adjacentId(foreign, pair + 20);
      // Tossed for: what the server does every so many requests must not always meet the same one.
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
 * An id that nobody has, beside one that somebody has: in an index both belong on the same page, whatever has become of
 * others, so that nothing differs but whether there is such a row. Another each time, as a thief would have to ask.
 */
function adjacentId(id: string, nth: number): string {
  const last = (Number.parseInt(id.slice(-3), 16) + 1 + (nth % 4_095)) % 4_096;
  return `${id.slice(0, -3)}${last.toString(16).padStart(3, '0')}`;
}

/** Whether a difference is both large enough to be used and beyond chance. */
export function isDistinguishable({ superiority, deviation }: Timing): boolean {
  return Math.abs(superiority - 0.5) > DISTINGUISHABLE.superiority && Math.abs(deviation) > DISTINGUISHABLE.deviation;
}

/** The Mann-Whitney statistic of two samples, as a chance and in standard errors. */
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
