import type { DataSource } from 'typeorm';
import { type AuthEvents, authEvents, everybodysAuthEvents } from './auth-events.ts';
import type { Owners } from './owned.ts';
import { type Tasks, tasks } from './tasks.ts';
import type { Run } from './transaction.ts';
import { type Users, users } from './users.ts';

/** Everything that one viewer owns, and the way past that for those whose role allows it. */
export interface OwnedData {
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

/** Prepares every statement once; what it returns binds them to a viewer and to the operation's way to the database. */
export function ownedData(mapping: DataSource, owners: Owners): (viewer: string, run: Run) => OwnedData {
  const bindTasks = tasks(mapping, owners);
  const bindUsers = users(mapping, owners);
  const bindAuthEvents = authEvents(mapping, owners);
  const forEveryOwner = { AuthEvent: everybodysAuthEvents(mapping, owners) };
  return (viewer, run) => ({
    tasks: bindTasks(viewer, run),
    users: bindUsers(viewer, run),
    authEvents: bindAuthEvents(viewer, run),
    everyOwner: (type) => forEveryOwner[type](run),
  });
}
