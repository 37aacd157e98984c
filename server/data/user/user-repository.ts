import type { SelectedFields } from '../query/owned-statements.ts';
import type { ViewerSession } from '../query/viewer-session.ts';
import type { RepositoryContext } from '../query/repository-context.ts';
import { type SelectedUser, UserEntity } from './user-entity.ts';

/** The viewer's account. */
export interface UserRepository {
  /** Null when the account is gone. */
  own(selectedFields: SelectedFields): Promise<SelectedUser | null>;
}

/** Prepares the statements on accounts; what it returns binds them to an operation. */
export function prepareUserRepository({
  ownedStatements,
  statementCache,
}: RepositoryContext): (viewerSession: ViewerSession) => UserRepository {
  const account = ownedStatements(UserEntity);
  return ({ batchLoader, query }) => ({
    own: (selectedFields) =>
      batchLoader.load('user.own', selectedFields, async (items) => {
        const columns = account.columns(new Set(items.flatMap((each) => [...each])));
        const preparedQuery = statementCache.getOrCreate('user.own', columns.join(), ['viewer'], () =>
          account.select({ columns }),
        );
        const [row = null] = await query<SelectedUser>(preparedQuery);
        return items.map(() => row);
      }),
  });
}
