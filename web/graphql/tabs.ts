/** What tabs of one browser tell each other about the session. */
export type TabMessage =
  | { readonly kind: 'token'; readonly userId: string; readonly token: string; readonly until: number }
  | { readonly kind: 'signed-out' };

/** The other tabs of this origin. */
export interface Tabs {
  /** Tells the others, not this one. */
  post(message: TabMessage): void;
  /** Hears what others post, until the returned function is called. */
  listen(hear: (message: TabMessage) => void): () => void;
  /** Runs `task` while no other tab runs one. */
  exclusive<T>(task: () => Promise<T>): Promise<T>;
}

const NAME = 'fieldgate-session';

/**
 * How long the turn is kept after a task, in milliseconds: what it posted must have arrived before the next tab looks,
 * or that one would do the same again. A browser orders neither against the other.
 */
const ARRIVAL = 20;

/**
 * The tabs of a browser, over BroadcastChannel and Web Locks. Both stay within the origin and in memory: a token that
 * travels here touches no storage.
 */
export function browserTabs(): Tabs {
  const speaker = new BroadcastChannel(NAME);
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel stays in its origin
    post: (message) => speaker.postMessage(message),
    listen: (hear) => {
      const listener = ({ data }: MessageEvent<TabMessage>) => hear(data);
      speaker.addEventListener('message', listener);
      return () => speaker.removeEventListener('message', listener);
    },
    exclusive: (task) =>
      new Promise((resolve, reject) => {
        const turn = async () => {
          await task().then(resolve, reject);
          await new Promise((pass) => setTimeout(pass, ARRIVAL));
        };
        navigator.locks.request(NAME, turn).catch(reject);
      }),
  };
}
