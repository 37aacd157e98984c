import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLSchema, Source } from 'graphql';
import { accessDirectiveSdl } from '../../directives.ts';
import { loadSchema } from '../../load-schema.ts';
import type { SuiteContext } from './start-server.ts';

/** A schema whose resolvers ignore the viewer, so that only the engine protects rows. */
const SDL = `
  enum Role { USER ADMIN }
  input Filter { of: ID @owner, deeper: Filter }
  type Query {
    open: String @public(reason: "For everyone.")
    task(id: ID!): Task @auth
    stream: [Task] @auth
    tasks(userId: ID @owner, filter: Filter): [Task!]! @auth
    log: [String!] @auth(roles: [ADMIN])
    fresh: Int @auth(maxAge: 300)
    audit: [Task!] @auth(roles: [ADMIN], onRefusal: NULL)
  }
  type Mutation @auth { finish(id: ID!): Task }
  type Task @owner { id: ID! userId: ID! title: String! }
`;
const TASKS = [
  { id: '1', userId: 'ada', title: 'Water the plants' },
  { id: '2', userId: 'ben', title: 'SECRET' },
];

/** Returns the schema, and the names of the resolvers that ran. */
export function scenarioSchema(): { readonly schema: GraphQLSchema; readonly ran: string[] } {
  const ran: string[] = [];
  const byId = (_: unknown, { id }: { id: string }) => {
    ran.push(`task ${id}`);
    return TASKS.find((task) => task.id === id);
  };
  const schema: GraphQLSchema = makeExecutableSchema({
    typeDefs: loadSchema([new Source(accessDirectiveSdl, 'access.graphql'), new Source(SDL, 'schema.graphql')]),
    resolvers: {
      Query: {
        open: () => 'Come in.',
        task: byId,
        stream: async function* stream() {
          yield* TASKS;
        },
        tasks: (_: unknown, __: unknown, { token }: SuiteContext) => {
          ran.push('tasks');
          return TASKS.filter(({ userId }) => token?.includes(`"${userId}"`));
        },
        log: () => {
          ran.push('log');
          return ['SECRET'];
        },
        fresh: () => 1,
        audit: () => {
          ran.push('audit');
          return [];
        },
      },
      Mutation: { finish: byId },
    },
  });
  return { schema, ran };
}
