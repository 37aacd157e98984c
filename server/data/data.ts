import type { DataSource } from 'typeorm';
import type { Owners } from './owned.ts';
import { type Tasks, tasks } from './tasks.ts';
import type { Run } from './transaction.ts';
import { type Users, users } from './users.ts';

/** Everything that one viewer owns. */
export interface OwnedData {
  readonly tasks: Tasks;
  readonly users: Users;
}

/** Prepares every statement once; what it returns binds them to a viewer and to the operation's way to the database. */
export function ownedData(mapping: DataSource, owners: Owners): (viewer: string, run: Run) => OwnedData {
  const bindTasks = tasks(mapping, owners);
  const bindUsers = users(mapping, owners);
  return (viewer, run) => ({ tasks: bindTasks(viewer, run), users: bindUsers(viewer, run) });
}
