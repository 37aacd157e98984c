import type { DataSource } from 'typeorm';
import {
  type AuthEventRepository,
  prepareAuthEventRepository,
  prepareCrossOwnerAuthEvents,
} from './auth-event/auth-event-repository.ts';
import type { Owners } from './query/owned-statements.ts';
import { createViewerSession } from './query/viewer-session.ts';
import { type StepRepository, prepareStepRepository } from './step/step-repository.ts';
import { createRepositoryContext } from './query/repository-context.ts';
import { type TaskRepository, prepareTaskRepository } from './task/task-repository.ts';
import type { RunStatement } from './pg/viewer-database.ts';
import { type UserRepository, prepareUserRepository } from './user/user-repository.ts';

/** Everything that one viewer owns, and the way past that for those whose role allows it. */
export interface OwnedData {
  readonly steps: StepRepository;
  readonly tasks: TaskRepository;
  readonly users: UserRepository;
  readonly authEvents: AuthEventRepository;
  /** Reads a type for every owner: it has to be asked for by name, in queries alone, and each read is recorded. */
  crossOwner<Type extends keyof CrossOwnerData>(type: Type): CrossOwnerData[Type];
}

/** What can be read for every owner: the types whose `@owner` has `orRoles`, and no others. */
export interface CrossOwnerData {
  readonly AuthEvent: AuthEventRepository;
}

/** Prepares the repositories once; what it returns binds them to a viewer and to the operation's way to the database. */
export function createOwnedData(mapping: DataSource, owners: Owners): (viewer: string, run: RunStatement) => OwnedData {
  const repositoryContext = createRepositoryContext(mapping, owners);
  const [bindSteps, bindTasks, bindUsers] = [
    prepareStepRepository(repositoryContext),
    prepareTaskRepository(repositoryContext),
    prepareUserRepository(repositoryContext),
  ];
  const bindAuthEvents = prepareAuthEventRepository(repositoryContext);
  const crossOwner = { AuthEvent: prepareCrossOwnerAuthEvents(mapping, owners, repositoryContext.statementCache) };
  return (viewer, run) => {
    const viewerSession = createViewerSession(viewer, run);
    return {
      steps: bindSteps(viewerSession),
      tasks: bindTasks(viewerSession),
      users: bindUsers(viewerSession),
      authEvents: bindAuthEvents(viewer, run),
      crossOwner: (type) => crossOwner[type](run),
    };
  };
}
