/** What every engine protects: the rows, and resolvers that check nothing. */
const ROWS = Array.from({ length: 40 }, (_, index) => ({
  __typename: 'Task',
  id: String(index),
  userId: index % 2 === 0 ? 'ada' : 'ben',
  title: `task of ${index % 2 === 0 ? 'ada' : 'ben'}`,
  done: false,
}));

/** The calls of resolvers behind a role, which a refused request must not make. */
export const effects = { count: 0 };

const ofUser = (id) => ROWS.filter(({ userId }) => userId === id);
const byId = (id) => ROWS.find((row) => row.id === id);

/** The resolvers obey their arguments, as those of a server that leaves every check to its engine. */
export const resolvers = {
  Query: {
    status: () => 'up',
    tasks: (_, { userId }, { viewer }) => ofUser(userId ?? viewer?.id),
    search: (_, { filter }, { viewer }) => ofUser(filter?.userId ?? viewer?.id),
    task: (_, { id }) => byId(id),
    node: (_, { id }) => byId(id),
    log: () => {
      effects.count++;
      return ['line of the log'];
    },
  },
  Mutation: {
    note: () => {
      effects.count++;
      return true;
    },
    purge: () => {
      effects.count++;
      return true;
    },
  },
  Task: { next: ({ id }) => byId(String(Number(id) + 1)) },
};

/** The schema in SDL; each engine inserts its directives by name, or none. */
export function sdl({ auth = '', admin = '', owner = '', ownArgument = '', public: open = '', prelude = '' } = {}) {
  return `
    ${prelude}
    input Filter { userId: ID ${ownArgument} }
    interface Node { id: ID! }
    type Query {
      status: String! ${open}
      tasks(userId: ID ${ownArgument}): [Task!] ${auth}
      search(filter: Filter): [Task!] ${auth}
      task(id: ID!): Task ${auth}
      node(id: ID!): Node ${auth}
      log: [String!] ${admin}
    }
    type Mutation {
      note: Boolean ${auth}
      purge: Boolean ${admin}
    }
    type Task implements Node ${owner} {
      id: ID!
      userId: ID!
      title: String!
      done: Boolean!
      next: Task
    }
  `;
}

export const VIEWERS = {
  none: null,
  ada: { id: 'ada', roles: ['USER'] },
  admin: { id: 'root', roles: ['USER', 'ADMIN'] },
};
