import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import DataLoader from 'dataloader';
import { defaultFieldResolver, GraphQLError } from 'graphql';
import jwt from 'jsonwebtoken';
import { DataSource, EntitySchema, In } from 'typeorm';
import { key, options, POOL_SIZE, VERIFICATION } from './options.mjs';
import { DateTime, typeDefs } from './schema.mjs';
import { stepsByTask } from './statements.mjs';

/** The usual starter: Apollo's standalone server, an @auth directive by mapSchema, TypeORM's repositories. */
const uuid = { type: 'uuid', primary: true };
const owner = { ...uuid, name: 'user_id' };
const Task = new EntitySchema({
  name: 'Task',
  tableName: 'task',
  schema: 'app',
  columns: {
    userId: owner,
    id: uuid,
    title: { type: 'text' },
    description: { type: 'text', default: '' },
    done: { type: 'boolean', default: false },
    dueAt: { type: 'timestamptz', name: 'due_at', nullable: true },
    priority: { type: 'text', default: 'NORMAL' },
    position: { type: 'double precision', default: () => '- extract(epoch from clock_timestamp())' },
    version: { type: 'int', version: true },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    updatedAt: { type: 'timestamptz', name: 'updated_at', updateDate: true },
    completedAt: { type: 'timestamptz', name: 'completed_at', nullable: true },
  },
});
const Step = new EntitySchema({
  name: 'Step',
  tableName: 'step',
  schema: 'app',
  columns: {
    userId: owner,
    id: uuid,
    taskId: { type: 'uuid', name: 'task_id' },
    title: { type: 'text' },
    done: { type: 'boolean' },
    position: { type: 'double precision' },
  },
});
const User = new EntitySchema({
  name: 'User',
  tableName: 'user',
  schema: 'auth',
  columns: { id: uuid, email: { type: 'text' } },
});

const database = await new DataSource({
  type: 'postgres',
  url: options.databaseUrl,
  poolSize: POOL_SIZE,
  entities: [Task, Step, User],
}).initialize();
const [tasks, steps, users] = [Task, Step, User].map((entity) => database.getRepository(entity));

const refuse = (code) => new GraphQLError('Not authorized', { extensions: { code } });

const resolvers = {
  DateTime,
  Query: {
    tasks: async (_, { first }, { user }) => ({
      nodes: await tasks.find({ where: { userId: user }, order: { position: 'ASC', id: 'ASC' }, take: first }),
    }),
    task: (_, { id }, { user }) => tasks.findOneBy({ userId: user, id }),
    user: (_, { id }, { user }) => {
      if (id !== user) throw refuse('FORBIDDEN');
      return users.findOneBy({ id });
    },
  },
  Mutation: {
    createTask: (_, { input }, { user }) =>
      tasks.save(tasks.create({ userId: user, id: crypto.randomUUID(), title: input.title })),
    updateTask: async (_, { id, input }, { user }) => {
      const task = await tasks.findOneBy({ userId: user, id });
      if (task === null) throw refuse('NOT_FOUND');
      return tasks.save(Object.assign(task, input));
    },
  },
  Task: { steps: ({ id }, _, { steps: loader }) => loader.load(id) },
};

const plainSchema = makeExecutableSchema({ typeDefs: typeDefs('@auth'), resolvers });
const schema = mapSchema(plainSchema, {
  [MapperKind.OBJECT_FIELD]: (field) => {
    if (getDirective(plainSchema, field, 'auth') === undefined) return field;
    const { resolve = defaultFieldResolver } = field;
    return {
      ...field,
      resolve: (source, args, context, info) => {
        if (context.user === null) throw refuse('UNAUTHENTICATED');
        return resolve(source, args, context, info);
      },
    };
  },
});

const server = new ApolloServer({ schema });
await startStandaloneServer(server, {
  listen: { port: options.port, host: '127.0.0.1' },
  context: async ({ req }) => {
    const user = readUser(req.headers.authorization);
    const load = async (ids) =>
      stepsByTask(ids, await steps.find({ where: { userId: user, taskId: In(ids) }, order: { position: 'ASC' } }));
    return { user, steps: new DataLoader(load) };
  },
});

function readUser(authorization) {
  try {
    return jwt.verify(authorization?.slice('Bearer '.length) ?? '', key, VERIFICATION).sub;
  } catch {
    return null;
  }
}
