'use client';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { Connection, ConnectionState } from './connection.ts';
import type { PageRefresher } from './page-refresher.ts';

interface PageConnection {
  readonly connection: Connection;
  readonly refresher: PageRefresher;
}

/** The connection of a page; null without a user. */
export const ConnectionContext = createContext<PageConnection | null>(null);

const noSubscription = () => () => undefined;
const connected = (): ConnectionState => 'connected';

/** Returns whether Fieldgate answers, and a function that asks it at once. */
export function useConnection(): { readonly state: ConnectionState; readonly check: () => void } {
  const connection = useContext(ConnectionContext)?.connection;
  const state = useSyncExternalStore(
    connection?.subscribe ?? noSubscription,
    connection ? () => connection.state : connected,
    connected,
  );
  return { state, check: () => void connection?.check() };
}

/** Calls `onRefresh` when what the page shows should be fetched again. Pass the same function each time. */
export function useOnRefresh(onRefresh: () => void): void {
  const refresher = useContext(ConnectionContext)?.refresher;
  useEffect(() => refresher?.onRefresh(onRefresh), [refresher, onRefresh]);
}

/**
 * Retries what a page could not load, when Fieldgate answers. Pass the same function each time.
 * @param isMissing whether something could not be loaded
 */
export function useRetryOnReturn(isMissing: boolean, retry: () => void): void {
  const connection = useContext(ConnectionContext)?.connection;
  useEffect(() => {
    if (!isMissing || !connection) return undefined;
    // The server could not load it: whether Fieldgate answers this browser is not known.
    void connection.check().then((answers) => answers && retry());
    return connection.onReturn(retry);
  }, [connection, isMissing, retry]);
}
