import type { QueryResolvers } from '../generated/resolvers.ts';
import { goneViewer } from '../http/errors.ts';
import type { Context } from '../context.ts';
import { foundPage, pageSize } from './page.ts';

const VERSION = '0.1.0';

export const Query: QueryResolvers = {
  status: () => ({ ok: true, version: VERSION, time: new Date() }),
  viewer: (_source, _args, context) => own(context),
  // The id was judged before this runs: it is the viewer's own.
  user: (_source, _args, context) => own(context),
  task: (_source, { id }, { data }) => data.tasks.byId(id),
  async tasks(_source, { first, after }, { data }) {
    return foundPage(await data.tasks.page(pageSize(first, 20), after ?? null));
  },
};

async function own({ data }: Context) {
  const user = await data.users.own();
  if (user === null) throw goneViewer();
  return user;
}
