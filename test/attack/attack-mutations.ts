import type { PlannedRequest } from './generate-requests.ts';
import type { Attempt, AttackRunner } from './attack-runner.ts';
import type { Snapshot, DatasetTables } from './dataset-tables.ts';
import type { UserName, Dataset } from './dataset.ts';

/**
 * Sends mutations one after the other, each with a look at the whole database before and after: nobody else's row may
 * change, and not even an own one when the answer has errors.
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
    const own = audience.kind === 'person' ? audience.name : null;
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

/** The model changes what it is given: of what can be changed, a copy. */
function copyDataset(dataset: Dataset): Dataset {
  const people = Object.entries(dataset.users).map(([name, user]) => [
    name,
    { ...user, tasks: structuredClone(user.tasks) },
  ]);
  return { ...dataset, users: Object.fromEntries(people) as Dataset['users'] };
}

function changedKeys(before: Snapshot, after: Snapshot): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
}
