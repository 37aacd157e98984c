/** What tabs of one browser tell each other about the session. */
export type TabMessage =
  | { readonly kind: 'token'; readonly userId: string; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'signed-out' };

/** The other tabs of this origin. */
export interface Tabs {
  /** Sends a message to the other tabs, not to this one. Does nothing while this tab does not listen. */
  post(message: TabMessage): void;
  /** Receives what other tabs post, until the returned function is called. Call it in an effect: it opens a channel. */
  listen(onMessage: (message: TabMessage) => void): () => void;
  /** Runs `task` while no other tab runs one. */
  exclusive<T>(task: () => Promise<T>): Promise<T>;
}

const CHANNEL_NAME = 'fieldgate-session';

/**
 * How long the turn is kept after a task, in milliseconds: what it posted must have arrived before the next tab looks,
 * or that one would do the same again. A browser orders neither against the other.
 */
const DELIVERY_DELAY = 20;

/**
 * The tabs of a browser, over BroadcastChannel and Web Locks. Both stay within the origin and in memory: a token that
 * travels here touches no storage.
 *
 * The channel is open only while this tab listens. Components are also rendered on the server, where effects do not run
 * and so nothing would close it: Node keeps an open channel, and all that its page refers to, for as long as the process
 * lives (46 kB for each view of the tasks).
 */
export function browserTabs(): Tabs {
  let channel: BroadcastChannel | null = null;
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel stays in its origin
    post: (message) => channel?.postMessage(message),
    listen: (onMessage) => {
      const opened = new BroadcastChannel(CHANNEL_NAME);
      opened.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => onMessage(data));
      channel = opened;
      return () => {
        opened.close();
        if (channel === opened) channel = null;
      };
    },
    exclusive: (task) =>
      new Promise((resolve, reject) => {
        const runAndWait = async () => {
          await task().then(resolve, reject);
          await new Promise((resolveDelay) => setTimeout(resolveDelay, DELIVERY_DELAY));
        };
        navigator.locks.request(CHANNEL_NAME, runAndWait).catch(reject);
      }),
  };
}
