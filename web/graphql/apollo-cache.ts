import { InMemoryCache } from '@apollo/client/cache';
import { relayStylePagination } from '@apollo/client/utilities';

/** A cache in which the pages of a list grow together. */
export function createApolloCache(): InMemoryCache {
  return new InMemoryCache({ typePolicies: { Query: { fields: { tasks: relayStylePagination() } } } });
}
