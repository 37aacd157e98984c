'use client';
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { HttpLink } from '@apollo/client/link/http';
import { useApolloClient } from '@apollo/client/react';
import { type ComponentProps, useState } from 'react';
import { ExploreScreen } from './explore-screen.tsx';

type ExplorerProps = Pick<ComponentProps<typeof ExploreScreen>, 'endpoint' | 'explain' | 'introspection'>;

/** The page for a signed-in user: requests go through the link of the page's Apollo client, which has the token. */
export function SignedInExplorer(props: ExplorerProps) {
  const client = useApolloClient();
  const [anonymous] = useState(() => createAnonymousClient(props.endpoint));
  return <ExploreScreen {...props} client={client} anonymous={anonymous} />;
}

/** The page for a visitor without a session: no request has a token. */
export function SignedOutExplorer(props: ExplorerProps) {
  const [anonymous] = useState(() => createAnonymousClient(props.endpoint));
  return <ExploreScreen {...props} client={null} anonymous={anonymous} />;
}

function createAnonymousClient(uri: string): ApolloClient {
  return new ApolloClient({ link: new HttpLink({ uri, credentials: 'omit' }), cache: new InMemoryCache() });
}
