import type { DataSource } from 'typeorm';
import {
  type AuthEventRepository,
  prepareAuthEventRepository,
  prepareCrossOwnerAuthEventRepository,
} from './auth-event/auth-event-repository.ts';
import type { RunStatement } from './pg/viewer-database.ts';
import { createCrossOwnerStatements } from './query/cross-owner-statements.ts';
import { createOwnedStatements, type Owners } from './query/owned-statements.ts';
import { StatementCache } from './query/statement-cache.ts';
import { createViewerSession, type RepositoryContext } from './query/viewer-session.ts';
import { prepareStepRepository, type StepRepository } from './step/step-repository.ts';
import { prepareTaskRepository, type TaskRepository } from './task/task-repository.ts';
import { prepareUserRepository, type UserRepository } from './user/user-repository.ts';

/** The data of one viewer: repositories of the viewer's own rows, and cross-owner reads. */
export interface OwnedData {
  readonly steps: StepRepository;
  readonly tasks: TaskRepository;
  readonly users: UserRepository;
  readonly authEvents: AuthEventRepository;
  /**
   * Returns the repository for cross-owner reads of a type. They return rows only if the viewer has one of the type's
   * `orRoles`. Available in queries only; each read is recorded as an event.
   */
  crossOwner<Type extends keyof CrossOwnerData>(type: Type): CrossOwnerData[Type];
}

/** The types that can be read across owners: those whose `@owner` has `orRoles`. */
export interface CrossOwnerData {
  readonly AuthEvent: AuthEventRepository;
}

/**
 * Prepares the repositories, once at start. Returns a function that binds them to one operation: to its viewer, and to
 * its access to the database.
 * @throws {TypeError} if the schema names no owner, or a wrong one, for a type that has a repository
 */
export function createOwnedData(mapping: DataSource, owners: Owners): (viewer: string, run: RunStatement) => OwnedData {
  const context: RepositoryContext = {
    ownedStatements: (entity, scope) => createOwnedStatements(mapping, entity, owners, scope),
    crossOwnerStatements: (entity) => createCrossOwnerStatements(mapping, entity, owners),
    statementCache: new StatementCache(mapping),
  };
  const steps = prepareStepRepository(context);
  const tasks = prepareTaskRepository(context);
  const users = prepareUserRepository(context);
  const authEvents = prepareAuthEventRepository(context);
  const crossOwner = { AuthEvent: prepareCrossOwnerAuthEventRepository(context) };
  return (viewer, run) => {
    const session = createViewerSession(viewer, run);
    return {
      steps: steps(session),
      tasks: tasks(session),
      users: users(session),
      authEvents: authEvents(session),
      crossOwner: (type) => crossOwner[type](run),
    };
  };
}
