/** A message between the tabs of a browser. */
export type TabMessage =
  | { readonly kind: 'token'; readonly userId: string; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'signed-out' }
  /** The user has changed something: what their other tabs show may be out of date. */
  | { readonly kind: 'changed'; readonly userId: string };

/** The other tabs of this origin. */
export interface Tabs {
  /** Sends a message to the other tabs, not to this one. Does nothing while this tab does not listen. */
  post(message: TabMessage): void;
  /**
   * Receives the messages of other tabs until the returned function is called. Call it in an effect: the first listener
   * opens a channel, which all share: a second channel would receive what this tab posts on the first.
   */
  listen(onMessage: (message: TabMessage) => void): () => void;
  /** Runs `task` while no other tab runs one (a mutex across tabs); at once on plain http of another host, which has none. */
  exclusive<T>(task: () => Promise<T>): Promise<T>;
}

const CHANNEL_NAME = 'fieldgate-session';

/**
 * How long the lock is held after a task, in milliseconds: its message must arrive before the next tab's task runs, which
 * would otherwise repeat its work. Browsers do not order messages and locks relative to each other.
 */
const DELIVERY_DELAY = 20;

/**
 * Connects the tabs of a browser by BroadcastChannel and Web Locks. Both are limited to the origin and kept in memory: a
 * token in a message reaches no storage.
 *
 * The channel is open only while this tab listens. Components are also rendered on the server, where effects do not run
 * and nothing would close it: Node keeps an open channel, and all objects that it refers to, until the process ends
 * (46 kB for each rendered task page).
 */
export function browserTabs(): Tabs {
  let channel: BroadcastChannel | null = null;
  const listeners = new Set<{ readonly onMessage: (message: TabMessage) => void }>();
  const open = () => {
    const opened = new BroadcastChannel(CHANNEL_NAME);
    opened.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      for (const { onMessage } of listeners) onMessage(data);
    });
    return opened;
  };
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel stays in its origin
    post: (message) => channel?.postMessage(message),
    listen: (onMessage) => {
      const listener = { onMessage };
      listeners.add(listener);
      channel ??= open();
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        channel?.close();
        channel = null;
      };
    },
    exclusive: (task) =>
      new Promise((resolve, reject) => {
        const runAndWait = async () => {
          await task().then(resolve, reject);
          await new Promise((resolveDelay) => setTimeout(resolveDelay, DELIVERY_DELAY));
        };
        // Web Locks exist in secure contexts alone. Two tabs may then renew at once: each gets a good token.
        if ('locks' in navigator) navigator.locks.request(CHANNEL_NAME, runAndWait).catch(reject);
        else void task().then(resolve, reject);
      }),
  };
}
