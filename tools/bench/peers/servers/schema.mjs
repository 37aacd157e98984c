import { GraphQLScalarType } from 'graphql';

/**
 * The schema of the peers that define one: the part of Fieldgate's that the benchmark uses.
 * @param {string} directive placed on every root field, for example `@auth`; empty for none
 */
export const typeDefs = (directive = '') => `
  ${directive === '' ? '' : `directive ${directive} on FIELD_DEFINITION | OBJECT`}
  scalar DateTime
  enum Priority { LOW NORMAL HIGH }
  type Step { id: ID! title: String! done: Boolean! }
  type Task {
    id: ID! title: String! description: String! done: Boolean! dueAt: DateTime priority: Priority! steps: [Step!]!
  }
  type TaskConnection { nodes: [Task!]! }
  type User { id: ID! email: String! }
  input CreateTaskInput { title: String! }
  input UpdateTaskInput { title: String }
  type Query {
    tasks(first: Int = 20): TaskConnection! ${directive}
    task(id: ID!): Task ${directive}
    user(id: ID!): User ${directive}
  }
  type Mutation {
    createTask(input: CreateTaskInput!): Task! ${directive}
    updateTask(id: ID!, input: UpdateTaskInput!): Task! ${directive}
  }
`;

export const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value.toISOString() : value),
});
