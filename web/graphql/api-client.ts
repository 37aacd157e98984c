import { ApolloClient } from '@apollo/client';
import { createApolloCache } from './apollo-cache.ts';
import { createApolloLink } from './apollo-link.ts';
import { browserTabs } from './browser-tabs.ts';
import { Connection } from './connection.ts';
import { createConnectionLink } from './connection-link.ts';
import { fetchTokenFromSession } from './fetch-token.ts';
import { ReachableDocument } from './generated/graphql.ts';
import { PageRefresher } from './page-refresher.ts';
import { TokenSource } from './token-source.ts';

/** The timeout of a probe, in milliseconds: a change waits for it. */
const PROBE_TIMEOUT = 5_000;

/** What the pages of a user share: the Apollo client, its tokens, and what keeps its data up to date. */
export interface ApiClient {
  readonly tokens: TokenSource;
  readonly client: ApolloClient;
  readonly connection: Connection;
  readonly refresher: PageRefresher;
  /** Starts the work: listens to the other tabs, to the network and to the focus, until the returned function is called. */
  connect(): () => void;
}

/** Creates the API client of a user, without side effects. @param traceparent see `createApolloLink` */
export function createApiClient(
  apiUrl: string,
  userId: string,
  stepUp: () => Promise<boolean>,
  traceparent?: string,
): ApiClient {
  const tabs = browserTabs();
  const tokens = new TokenSource({ userId, fetchToken: fetchTokenFromSession, tabs });
  const connection = new Connection({
    probe: () =>
      client.query({ query: ReachableDocument, fetchPolicy: 'no-cache', context: { timeout: PROBE_TIMEOUT } }),
  });
  const link = createConnectionLink(connection, () => tabs.post({ kind: 'changed', userId }));
  const client = new ApolloClient({
    ssrMode: typeof window === 'undefined',
    link: link.concat(createApolloLink(`${apiUrl}/graphql`, tokens, { stepUp, traceparent })),
    cache: createApolloCache(),
  });
  const refresher = new PageRefresher();
  return {
    tokens,
    client,
    connection,
    refresher,
    connect: () => {
      const disconnects = [
        tokens.connect(),
        connection.connect(),
        connection.onReturn(() => refresher.refresh()),
        refresher.connect(),
        tabs.listen((message) => {
          if (message.kind === 'changed' && message.userId === userId) refresher.refresh();
        }),
      ];
      return () => {
        for (const disconnect of disconnects) disconnect();
      };
    },
  };
}
