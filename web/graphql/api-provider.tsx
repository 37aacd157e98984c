'use client';
import { ApolloProvider } from '@apollo/client/react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { signInPath } from '../auth/return-target.ts';
import { createApiClient } from './api-client.ts';
import { ConnectionContext } from './connection-context.ts';
import { forgetDrafts } from './drafts.ts';
import { noteSessionEnd } from './session-end-note.ts';
import { useStepUp } from './step-up-context.ts';
import type { SessionEnd } from './token-source.ts';

const ForgetSessionContext = createContext<() => void>(() => undefined);
const UserIdContext = createContext('');

/** Returns a function to call after sign-out: removes token and data in every tab, and leaves the page. */
export const useForgetSession = () => useContext(ForgetSessionContext);

/** Returns the id of the user that the page was rendered for. */
export const useUserId = () => useContext(UserIdContext);

/** Returns a function to call when the server said that the session has ended: leads to the sign-in page and back. */
export const useLeaveEndedSession = () => () => navigateAfterEnd('session-ended');

/** Leaves the page. `replace`, so that "back" does not return to a page of the user who signed out. */
function navigateAfterEnd(ending: SessionEnd): void {
  if (ending === 'other-user') window.location.reload();
  else if (ending === 'signed-out') window.location.replace('/sign-in');
  else {
    noteSessionEnd();
    window.location.replace(signInPath(window.location.pathname + window.location.search));
  }
}

interface ApiProviderProps {
  readonly apiUrl: string;
  readonly userId: string;
  /** See `createApolloLink`. */
  readonly traceparent?: string | undefined;
  readonly children: ReactNode;
}

/**
 * Provides an Apollo client for one user to its children. Pass the user's id as `key` too: another user then gets a new
 * client with a new cache. The client is component state, not a module's, which all users of a server would share.
 */
export function ApiProvider({ apiUrl, userId, traceparent, children }: ApiProviderProps) {
  const stepUp = useStepUp();
  const [api] = useState(() => createApiClient(apiUrl, userId, stepUp, traceparent));
  const { tokens, client } = api;
  const [ended, setEnded] = useState(false);

  useEffect(() => {
    forgetDrafts({ except: userId });
    const disconnect = api.connect();
    // Prefetches a token, so that the first mutation need not wait. A failure shows when that mutation retries.
    tokens.get().catch(() => undefined);
    const stopListening = tokens.onEnd((ending) => {
      // Hides the data first: the next page may take a while to load.
      setEnded(true);
      // After an expiry the same user signs in again, and finds what they typed; after any other end another user may.
      if (ending !== 'session-ended') forgetDrafts();
      client.stop();
      void client.clearStore();
      navigateAfterEnd(ending);
    });
    return () => {
      stopListening();
      disconnect();
    };
  }, [api, tokens, client, userId]);

  if (ended) return null;
  return (
    <ForgetSessionContext value={() => tokens.signOut()}>
      <UserIdContext value={userId}>
        <ConnectionContext value={api}>
          <ApolloProvider client={client}>{children}</ApolloProvider>
        </ConnectionContext>
      </UserIdContext>
    </ForgetSessionContext>
  );
}
