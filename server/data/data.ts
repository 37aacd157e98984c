import type { DataSource } from 'typeorm';
import { type AuthEvents, authEvents, everybodysAuthEvents } from './auth-events.ts';
import type { Owners } from './owned.ts';
import { reachOf } from './reach.ts';
import { type Steps, steps } from './steps.ts';
import { tables } from './tables.ts';
import { type Tasks, tasks } from './tasks.ts';
import type { Run } from './transaction.ts';
import { type Users, users } from './users.ts';

/** Everything that one viewer owns, and the way past that for those whose role allows it. */
export interface OwnedData {
  readonly steps: Steps;
  readonly tasks: Tasks;
  readonly users: Users;
  readonly authEvents: AuthEvents;
  /** Reads a type for every owner: it has to be asked for by name, in queries alone, and each read is recorded. */
  everyOwner<Type extends keyof EveryOwner>(type: Type): EveryOwner[Type];
}

/** What can be read for every owner: the types whose `@owner` has `orRoles`, and no others. */
export interface EveryOwner {
  readonly AuthEvent: AuthEvents;
}

/** Prepares the repositories once; what it returns binds them to a viewer and to the operation's way to the database. */
export function ownedData(mapping: DataSource, owners: Owners): (viewer: string, run: Run) => OwnedData {
  const all = tables(mapping, owners);
  const [bindSteps, bindTasks, bindUsers] = [steps(all), tasks(all), users(all)];
  const bindAuthEvents = authEvents(all);
  const forEveryOwner = { AuthEvent: everybodysAuthEvents(mapping, owners, all.shapes) };
  return (viewer, run) => {
    const reach = reachOf(viewer, run);
    return {
      steps: bindSteps(reach),
      tasks: bindTasks(reach),
      users: bindUsers(reach),
      authEvents: bindAuthEvents(viewer, run),
      everyOwner: (type) => forEveryOwner[type](run),
    };
  };
}
