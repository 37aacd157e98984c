import type { Planned } from './generate.ts';
import type { Shot, Siege } from './siege.ts';
import type { Snapshot, Tables } from './tables.ts';
import type { Name, World } from './world.ts';

/**
 * Sends mutations one after the other, each with a look at the whole database before and after: nobody else's row may
 * change, and not even an own one when the answer has errors.
 */
export async function attackWrites(
  siege: Siege,
  world: World,
  tables: Tables,
  planned: Iterator<Planned>,
  enough: () => boolean,
  found: (shot: Shot) => void,
): Promise<void> {
  const before = await tables.snapshot();
  for (let next = planned.next(); !next.done && !enough(); next = planned.next()) {
    const prepared = siege.prepare(next.value, world);
    if (prepared === null) continue;
    const shot = await siege.fire(prepared.request, prepared.asker, copyOf(world));
    const after = await tables.snapshot();
    const { audience } = prepared.asker;
    const own = audience.kind === 'person' ? audience.name : null;
    const changed = changes(before, after);
    const mayChange = own !== null && shot.expected.codes.length === 0 ? world.people[own].id : null;
    const stray = changed.find((place) => mayChange === null || !place.endsWith(mayChange));
    if (stray !== undefined) found({ ...shot, finding: { kind: 'leak', what: `a write that changed ${stray}` } });
    else if (shot.finding !== null) found(shot);
    for (const name of Object.keys(world.people) as Name[])
      if (changed.some((place) => place.endsWith(world.people[name].id))) await tables.restore(name);
  }
}

/** The model changes what it is given: of what can be changed, a copy. */
function copyOf(world: World): World {
  const people = Object.entries(world.people).map(([name, person]) => [
    name,
    { ...person, tasks: structuredClone(person.tasks) },
  ]);
  return { ...world, people: Object.fromEntries(people) as World['people'] };
}

function changes(before: Snapshot, after: Snapshot): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((place) => before.get(place) !== after.get(place));
}
