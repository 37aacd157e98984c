import { InMemoryCache } from '@apollo/client/cache';

/**
 * Creates a cache. Each page of a task list is a field of its own, and so are the pages of each filter and order: a
 * change then costs one page, not all that are loaded (features/tasks/cached-list.ts).
 */
export function createApolloCache(): InMemoryCache {
  return new InMemoryCache({
    // On the server each cache is read once, for one page: what it would remember for the next read is lost.
    resultCaching: typeof window !== 'undefined',
    typePolicies: { Query: { fields: { tasks: { keyArgs: ['filter', 'orderBy', 'after'], merge: false } } } },
  });
}
