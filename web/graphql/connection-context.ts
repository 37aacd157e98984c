'use client';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { Connection, ConnectionState } from './connection.ts';

/** The connection of a page; null without a user. */
export const ConnectionContext = createContext<Connection | null>(null);

const noSubscription = () => () => undefined;
const connected = (): ConnectionState => 'connected';

/** Returns whether Fieldgate answers, and a function that asks it at once. */
export function useConnection(): { readonly state: ConnectionState; readonly check: () => void } {
  const connection = useContext(ConnectionContext);
  const state = useSyncExternalStore(
    connection?.subscribe ?? noSubscription,
    connection ? () => connection.state : connected,
    connected,
  );
  return { state, check: () => void connection?.check() };
}

/**
 * Retries what a page could not load, when Fieldgate answers. Active queries are fetched again without it.
 * @param isMissing whether something could not be loaded
 */
export function useRetryOnReturn(isMissing: boolean, retry: () => void): void {
  const connection = useContext(ConnectionContext);
  useEffect(() => {
    if (!isMissing || !connection) return undefined;
    // The server could not load it: whether Fieldgate answers this browser is not known.
    void connection.check().then((answers) => {
      if (answers) retry();
    });
    return connection.onReturn(retry);
  }, [connection, isMissing, retry]);
}
