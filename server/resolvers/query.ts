import type { QueryResolvers } from '../generated/resolvers.ts';
import { badUserInput, goneViewer } from '../http/errors.ts';
import type { Context } from '../context.ts';

const VERSION = '0.1.0';
const MOST_PER_PAGE = 100;

export const Query: QueryResolvers = {
  status: () => ({ ok: true, version: VERSION, time: new Date() }),
  viewer: (_source, _args, context) => own(context),
  // The id was judged before this runs: it is the viewer's own.
  user: (_source, _args, context) => own(context),
  task: (_source, { id }, { data }) => data.tasks.byId(id),
  async tasks(_source, { first, after }, { data }) {
    const size = first ?? 20;
    if (size < 1 || size > MOST_PER_PAGE) throw badUserInput('first', `ask for 1 to ${MOST_PER_PAGE} at once`);
    const page = await data.tasks.page(size, after ?? null);
    if (page === null) throw badUserInput('after', 'pass a cursor as it came from this list');
    return page;
  },
};

async function own({ data }: Context) {
  const user = await data.users.own();
  if (user === null) throw goneViewer();
  return user;
}
