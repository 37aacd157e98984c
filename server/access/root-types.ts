import type { GraphQLObjectType, GraphQLSchema } from 'graphql';

/** Returns the root types of a schema: those of queries, mutations and subscriptions that it has. */
export function rootTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => type != null);
}
