import { followFiles } from './follow.ts';
import type { Service } from './service.ts';

/** Which files a service is made of, and who hears of it. */
export interface Sources {
  /** Where they are, or in a folder below; absolute. */
  readonly folders: readonly string[];
  /** Whether a file is one of them, by its absolute path. */
  readonly counts: (file: string) => boolean;
  /** Where it is said that the service has ended. */
  readonly say: (line: string) => void;
}

/**
 * A service for development: it starts anew when one of its sources changes. That it ends by itself, because of a mistake
 * in them, is said, and waits to be mended; so its `ended` never resolves.
 * @param start starts it
 */
export function followed(start: () => Service, { folders, counts, say }: Sources): Service {
  let leaving: Service | undefined;
  let turn = Promise.resolve();
  let isOver = false;
  const sayEnd = async (begun: Service) => {
    const how = await begun.ended;
    if (begun !== leaving) say(`  ${how}; it starts again when a file changes.`);
  };
  const begin = () => {
    const begun = start();
    void sayEnd(begun);
    return begun;
  };
  let service = begin();
  const end = async () => {
    leaving = service;
    await service.stop();
  };
  const restart = async () => {
    await end();
    if (!isOver) service = begin();
  };
  const unfollow = followFiles(folders, counts, () => (turn = turn.then(restart)));
  return {
    name: service.name,
    get pid() {
      return service.pid;
    },
    ended: new Promise<never>(() => undefined),
    stop: async () => {
      isOver = true;
      unfollow();
      await turn;
      await end();
    },
  };
}
