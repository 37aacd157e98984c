import type { SelectedFields } from '../query/owned-statements.ts';
import type { RepositoryContext, ViewerSession } from '../query/viewer-session.ts';
import { type SelectedUser, UserEntity } from './user-entity.ts';

/** Reads the viewer's account. */
export interface UserRepository {
  /** Reads the viewer's own account; null if it has been deleted. */
  own(selectedFields: SelectedFields): Promise<SelectedUser | null>;
}

/** Prepares the statements on accounts; returns a function that binds them to an operation. */
export function prepareUserRepository({
  ownedStatements,
  statementCache,
}: RepositoryContext): (session: ViewerSession) => UserRepository {
  const users = ownedStatements(UserEntity);
  return ({ batchLoader, query }) => ({
    own: (selectedFields) =>
      batchLoader.load('user.own', selectedFields, async (items) => {
        const columns = users.columns(new Set(items.flatMap((item) => [...item])));
        const preparedQuery = statementCache.getOrCreate('user.own', columns.join(), ['viewer'], () =>
          users.select({ columns }),
        );
        const [row = null] = await query<SelectedUser>(preparedQuery);
        return items.map(() => row);
      }),
  });
}
