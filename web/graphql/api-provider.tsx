'use client';
import { ApolloClient } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { signInPath } from '../auth/return-target.ts';
import { createApolloCache } from './apollo-cache.ts';
import { createApolloLink } from './apollo-link.ts';
import { fetchTokenFromSession } from './fetch-token.ts';
import { browserTabs } from './browser-tabs.ts';
import { type SessionEnd, TokenSource } from './token-source.ts';

const ForgetSessionContext = createContext<() => void>(() => undefined);

/**
 * What to call once the session's cookie is gone: forgets token and data in every tab, and leaves the page.
 */
export const useForgetSession = () => useContext(ForgetSessionContext);

/** Where an ended session leads. `replace`, so that "back" does not return to a page of somebody who has left. */
function navigateAfterEnd(ending: SessionEnd): void {
  if (ending === 'other-user') window.location.reload();
  else if (ending === 'signed-out') window.location.replace('/sign-in');
  else window.location.replace(signInPath(window.location.pathname + window.location.search));
}

function createApiClient(apiUrl: string, userId: string) {
  const tokens = new TokenSource({ userId, mint: fetchTokenFromSession, tabs: browserTabs() });
  const client = new ApolloClient({
    ssrMode: typeof window === 'undefined',
    link: createApolloLink(`${apiUrl}/graphql`, tokens),
    cache: createApolloCache(),
    dataMasking: true,
  });
  return { tokens, client };
}

/**
 * Gives what is inside a client for the API, in the name of one user. Give it the user's id as `key` too: another user
 * gets another client, and with it another cache. It is made in here and never in a module, which on a server all
 * users share.
 */
export function ApiProvider({ apiUrl, userId, children }: { apiUrl: string; userId: string; children: ReactNode }) {
  const [{ tokens, client }] = useState(() => createApiClient(apiUrl, userId));
  const [ended, setEnded] = useState(false);

  useEffect(() => {
    const disconnect = tokens.connect();
    // Before it is needed, so that the first change need not wait; a failure is left to that change.
    tokens.get().catch(() => undefined);
    const stopListening = tokens.onEnd((ending) => {
      // Off the screen first: the next page may take a moment.
      setEnded(true);
      client.stop();
      void client.clearStore();
      navigateAfterEnd(ending);
    });
    return () => {
      stopListening();
      disconnect();
    };
  }, [tokens, client]);

  if (ended) return null;
  return (
    <ForgetSessionContext value={() => tokens.signOut()}>
      <ApolloProvider client={client}>{children}</ApolloProvider>
    </ForgetSessionContext>
  );
}
