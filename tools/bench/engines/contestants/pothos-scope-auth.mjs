import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { resolvers } from './domain.mjs';
import { executePlain } from './plain.mjs';

export function create(isProtected) {
  const builder = new SchemaBuilder({
    plugins: isProtected ? [ScopeAuthPlugin] : [],
    scopeAuth: {
      authScopes: ({ viewer }) => ({
        signedIn: viewer !== null,
        admin: viewer?.roles.includes('ADMIN') ?? false,
        self: (id) => id === viewer?.id,
      }),
    },
  });
  const scopes = (authScopes) => (isProtected ? { authScopes } : {});
  const signedIn = scopes({ signedIn: true });
  const admin = scopes({ admin: true });
  const own = (of) =>
    scopes((_parent, args, { viewer }) => (viewer === null ? false : { self: of(args) ?? viewer.id }));

  const Node = builder.interfaceRef('Node').implement({
    resolveType: ({ __typename }) => __typename,
    fields: (t) => ({ id: t.exposeID('id') }),
  });
  const Task = builder.objectRef('Task').implement({
    interfaces: [Node],
    ...scopes(({ userId }) => ({ self: userId })),
    fields: (t) => ({
      userId: t.exposeID('userId'),
      title: t.exposeString('title'),
      done: t.exposeBoolean('done'),
      next: t.field({ type: Task, nullable: true, resolve: resolvers.Task.next }),
    }),
  });
  const Filter = builder.inputType('Filter', { fields: (t) => ({ userId: t.id() }) });
  const { Query, Mutation } = resolvers;
  const id = (t) => ({ id: t.arg.id({ required: true }) });
  builder.queryType({
    fields: (t) => ({
      status: t.string({ resolve: Query.status }),
      tasks: t.field({
        type: [Task],
        nullable: true,
        args: { userId: t.arg.id() },
        ...own(({ userId }) => userId),
        resolve: Query.tasks,
      }),
      search: t.field({
        type: [Task],
        nullable: true,
        args: { filter: t.arg({ type: Filter }) },
        ...own(({ filter }) => filter?.userId),
        resolve: Query.search,
      }),
      task: t.field({ type: Task, nullable: true, args: id(t), ...signedIn, resolve: Query.task }),
      node: t.field({ type: Node, nullable: true, args: id(t), ...signedIn, resolve: Query.node }),
      log: t.stringList({ nullable: true, ...admin, resolve: Query.log }),
    }),
  });
  builder.mutationType({
    fields: (t) => ({
      note: t.boolean({ nullable: true, ...signedIn, resolve: Mutation.note }),
      purge: t.boolean({ nullable: true, ...admin, resolve: Mutation.purge }),
    }),
  });
  return executePlain(builder.toSchema());
}
