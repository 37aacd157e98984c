'use client';
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { HttpLink } from '@apollo/client/link/http';
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { ExploreScreen } from './explore-screen.tsx';

interface ExplorerProps {
  /** The API's GraphQL endpoint. */
  readonly endpoint: string;
  readonly explain: boolean;
}

/** The page for a signed-in user: requests go through the link of the page's Apollo client, which has the token. */
export function SignedInExplorer({ endpoint, explain }: ExplorerProps) {
  const client = useApolloClient();
  const [anonymous] = useState(() => createAnonymousClient(endpoint));
  return <ExploreScreen endpoint={endpoint} explain={explain} client={client} anonymous={anonymous} />;
}

/** The page for a visitor without a session: no request has a token. */
export function SignedOutExplorer({ endpoint, explain }: ExplorerProps) {
  const [anonymous] = useState(() => createAnonymousClient(endpoint));
  return <ExploreScreen endpoint={endpoint} explain={explain} client={null} anonymous={anonymous} />;
}

function createAnonymousClient(uri: string): ApolloClient {
  return new ApolloClient({ link: new HttpLink({ uri, credentials: 'omit' }), cache: new InMemoryCache() });
}
