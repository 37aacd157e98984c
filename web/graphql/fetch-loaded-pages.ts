import { ApolloClient, InMemoryCache, type ObservableQuery, type OperationVariables } from '@apollo/client';

/** The largest page of the API. */
const MAX_PAGE = 100;

/** A list of which a page is fetched. */
interface Connection {
  readonly edges: readonly { readonly node?: { readonly id?: unknown } | null }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
type Data = Readonly<Record<string, unknown>>;

const isConnection = (value: unknown): value is Connection =>
  typeof value === 'object' && value !== null && 'edges' in value && 'pageInfo' in value;

/** Returns the field of a result that is a list with pages; undefined without one. */
function connectionField(data: Data): readonly [name: string, connection: Connection] | undefined {
  for (const [name, value] of Object.entries(data)) if (isConnection(value)) return [name, value];
  return undefined;
}

/**
 * Fetches again what an active query shows: of a list, as many rows as are loaded, in pages as large as possible. `refetch`
 * would fetch the first page alone, and the other rows would disappear.
 * @returns a function that replaces the cached result by the fetched one; it does nothing, and returns false, if more rows
 *   were loaded meanwhile
 */
export async function fetchLoadedPages(
  client: ApolloClient,
  query: ObservableQuery<unknown, OperationVariables>,
): Promise<() => boolean> {
  const { query: document, variables } = query;
  const readCached = () => client.readQuery<Data>({ query: document, variables });
  const loadedRows = () => connectionField(readCached() ?? {})?.[1].edges.length ?? 0;
  const loaded = loadedRows();
  // Of its own, without a cache: the client would return fragments masked, and would write each page as it comes.
  const reader = new ApolloClient({ link: client.link, cache: new InMemoryCache(), devtools: { enabled: false } });
  const fetchPage = async (page: OperationVariables) => {
    const options = { query: document, variables: { ...variables, ...page }, fetchPolicy: 'no-cache' } as const;
    const { data } = await reader.query<Data>(options);
    if (!data) throw new Error('The answer has no data.');
    return data;
  };

  if (readCached() === null) {
    // Nothing was shown but an error or a placeholder.
    return () => {
      query.refetch().catch(() => undefined);
      return true;
    };
  }
  let data = await fetchPage(loaded === 0 ? {} : { first: Math.min(loaded, MAX_PAGE) });
  const found = connectionField(data);
  if (found) {
    const [name, first] = found;
    const edges = [...first.edges];
    let { pageInfo } = first;
    while (pageInfo.hasNextPage && edges.length < loaded) {
      const next = (await fetchPage({ first: Math.min(loaded - edges.length, MAX_PAGE), after: pageInfo.endCursor }))[
        name
      ];
      if (!isConnection(next)) throw new Error(`The next page has no ${name}.`);
      edges.push(...next.edges);
      ({ pageInfo } = next);
    }
    data = { ...data, [name]: { ...first, edges: withoutRepetitions(edges), pageInfo } };
  }
  return () => {
    if (loadedRows() > loaded) return false;
    client.writeQuery({ query: document, variables, data });
    return true;
  };
}

/** Returns the rows without repetitions: a row that was moved between two requests may be in both pages. */
function withoutRepetitions(edges: Connection['edges']): Connection['edges'] {
  const ids = new Set<unknown>();
  return edges.filter(({ node }) => {
    if (node?.id === undefined) return true;
    const isNew = !ids.has(node.id);
    ids.add(node.id);
    return isNew;
  });
}
