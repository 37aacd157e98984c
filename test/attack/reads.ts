import { write } from './attack.ts';
import { plainer, type Shot, type Siege } from './siege.ts';
import type { Planned } from './generate.ts';
import type { World } from './world.ts';

/** As many as keep both sides busy. */
const AT_ONCE = 8;

/** Sends queries until there are no more, or `enough` says so; `found` hears of each that was answered wrongly, made plain. */
export async function attackReads(
  siege: Siege,
  world: World,
  planned: Iterator<Planned>,
  enough: () => boolean,
  found: (shot: Shot) => void,
): Promise<void> {
  const soldier = async () => {
    for (let next = planned.next(); !next.done && !enough(); next = planned.next()) {
      const prepared = siege.prepare(next.value, world);
      if (prepared === null) continue;
      const shot = await siege.fire(prepared.request, prepared.asker, world);
      if (shot.finding !== null) found(await plainest(siege, world, next.value, shot));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, soldier));
}

/** The plainest request that is still answered wrongly. */
async function plainest(siege: Siege, world: World, { attack, audience }: Planned, shot: Shot): Promise<Shot> {
  for (const candidate of plainer(attack)) {
    const request = write(candidate, siege.parties(shot.asker, world));
    const again = await siege.fire(request, shot.asker, world);
    if (again.finding !== null) return plainest(siege, world, { attack: candidate, audience }, again);
  }
  return shot;
}
