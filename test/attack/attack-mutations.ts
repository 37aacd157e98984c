import type { PlannedRequest } from './generate-requests.ts';
import type { Attempt, AttackRunner } from './attack-runner.ts';
import type { Snapshot, DatasetTables } from './dataset-tables.ts';
import type { UserName, Dataset } from './dataset.ts';

/**
 * Sends mutations one after the other and compares the whole database before and after each: no row of another user may
 * change, and no row at all when the response has errors.
 */
export async function attackMutations(
  runner: AttackRunner,
  dataset: Dataset,
  tables: DatasetTables,
  planned: Iterator<PlannedRequest>,
  isDone: () => boolean,
  onFinding: (attempt: Attempt) => void,
): Promise<void> {
  const before = await tables.snapshot();
  for (let next = planned.next(); !next.done && !isDone(); next = planned.next()) {
    const prepared = runner.prepare(next.value, dataset);
    if (prepared === null) continue;
    const attempt = await runner.send(prepared.request, prepared.client, copyDataset(dataset));
    const after = await tables.snapshot();
    const { audience } = prepared.client;
    const own = audience.kind === 'user' ? audience.name : null;
    const changed = changedKeys(before, after);
    const allowedOwner = own !== null && attempt.expected.codes.length === 0 ? dataset.users[own].id : null;
    const unexpectedChange = changed.find((key) => allowedOwner === null || !key.endsWith(allowedOwner));
    if (unexpectedChange !== undefined)
      onFinding({ ...attempt, finding: { kind: 'leak', detail: `a write that changed ${unexpectedChange}` } });
    else if (attempt.finding !== null) onFinding(attempt);
    for (const name of Object.keys(dataset.users) as UserName[])
      if (changed.some((key) => key.endsWith(dataset.users[name].id))) await tables.restore(name);
  }
}

/** The model changes its input: this copies what a mutation can change. */
function copyDataset(dataset: Dataset): Dataset {
  const users = Object.entries(dataset.users).map(([name, user]) => [
    name,
    { ...user, tasks: structuredClone(user.tasks), deletedTasks: structuredClone(user.deletedTasks) },
  ]);
  return { ...dataset, users: Object.fromEntries(users) as Dataset['users'] };
}

function changedKeys(before: Snapshot, after: Snapshot): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
}
