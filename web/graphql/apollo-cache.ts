import { InMemoryCache } from '@apollo/client/cache';
import { relayStylePagination } from '@apollo/client/utilities';

/** Creates a cache that merges the pages of a list. */
export function createApolloCache(): InMemoryCache {
  return new InMemoryCache({ typePolicies: { Query: { fields: { tasks: relayStylePagination() } } } });
}
