import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { parseAddress, printAddress, type TaskAddress } from './task-address.ts';

/*
 * The URL of the task page, as an external store of React. Next keeps its own state beside it: it follows `pushState`,
 * and renders nothing anew for another path (its manual: "Native History API").
 */
const listeners = new Set<() => void>();
/** The URL that is shown; the browser has gone to another one when `popstate` comes. */
let shown: string | undefined;
/** Says whether the open dialog may be left. */
let mayLeave: (() => boolean) | undefined;
/** Whether `history.back()` was called, and its `popstate` has not come. */
let isGoingBack = false;

const current = () => window.location.pathname + window.location.search;

/** Returns the URL that is shown. Next writes the one before for a moment when the Back button was refused. */
const read = () => shown ?? current();

function notify(): void {
  shown = current();
  for (const listener of listeners) listener();
}

function onPopState(): void {
  isGoingBack = false;
  if (shown !== undefined && parseAddress(current()).taskId !== parseAddress(shown).taskId && mayLeave?.() === false)
    return window.history.pushState({ isOpened: true }, '', shown);
  notify();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', onPopState);
  shown ??= current();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.removeEventListener('popstate', onPopState);
    shown = undefined;
  };
}

/** Goes to another address: with an entry of its own in the browser's history, or in place of the present one. */
function go(address: TaskAddress, how: 'push' | 'replace'): void {
  const url = printAddress(address);
  if (url === current()) return;
  // The mark says that the entry before is the same list without the dialog.
  if (how === 'push') window.history.pushState({ isOpened: address.taskId !== null }, '', url);
  else window.history.replaceState(window.history.state, '', url);
  notify();
}

/** Opens the dialog of a task. */
export const openTask = (taskId: string): void => go({ ...parseAddress(current()), taskId }, 'push');

/** Closes the dialog of a task, as the browser's Back button does. */
export function closeTask(): void {
  const address = parseAddress(current());
  if (address.taskId === null || isGoingBack) return;
  const state = window.history.state as { readonly isOpened?: boolean } | null;
  if (state?.isOpened !== true) return go({ ...address, taskId: null }, 'replace');
  isGoingBack = true;
  window.history.back();
}

/** Shows another view: typing replaces the entry in the history, a choice adds one. */
export const showView = (view: TaskAddress['view'], how: 'push' | 'replace'): void =>
  go({ ...parseAddress(current()), view }, how);

/**
 * Returns the page's URL.
 * @param initial the URL of the request, for the server and the first render in the browser
 */
export function useAddress(initial: string): string {
  return useSyncExternalStore(
    subscribe,
    read,
    useCallback(() => initial, [initial]),
  );
}

/** Asks `isFree` before the Back button leaves the dialog: false keeps it. */
export function useLeaveGuard(isFree: () => boolean): void {
  useEffect(() => {
    mayLeave = isFree;
    return () => {
      mayLeave = undefined;
    };
  });
}
