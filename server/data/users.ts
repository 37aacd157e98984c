import type { Asked } from './owned.ts';
import type { Reach } from './reach.ts';
import type { Tables } from './tables.ts';
import { type FoundUser, UserEntity } from './user.ts';

/** The viewer's account. */
export interface Users {
  /** Null when the account is gone. */
  own(asked: Asked): Promise<FoundUser | null>;
}

/** Prepares the statements on accounts; what it returns binds them to an operation. */
export function users({ owned, shapes }: Tables): (reach: Reach) => Users {
  const account = owned(UserEntity);
  return ({ batches, rows }) => ({
    own: (asked) =>
      batches.load('user.own', asked, async (asks) => {
        const columns = account.columns(new Set(asks.flatMap((each) => [...each])));
        const shape = shapes.of('user.own', columns.join(), ['viewer'], () => account.select({ columns }));
        const [row = null] = await rows<FoundUser>(shape);
        return asks.map(() => row);
      }),
  });
}
