import { DatabaseUnavailable } from './errors.ts';
import type { Patience } from './patience.ts';

/** One who waits: `begin` gives them their turn. */
interface Waiting {
  begin(): void;
}

/** How things stand with one name; there is no entry for a name that nobody uses. */
interface Line {
  running: number;
  readonly waiting: Set<Waiting>;
}

/**
 * Lets so many of one name go at a time, in the order in which they came; those of other names do not wait for them.
 * Waiting takes a place in memory and no connection.
 */
export class Turns {
  readonly #most: number;
  readonly #lines = new Map<string, Line>();

  /** @param most how many of one name may go at a time */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many names there are of which one goes or waits. */
  get names(): number {
    return this.#lines.size;
  }

  /**
   * Does `work` when it is its turn.
   * @throws what `work` throws; {DatabaseUnavailable} when nobody waits any longer before it has begun
   */
  async take<T>(name: string, patience: Patience, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(name) ?? { running: 0, waiting: new Set() };
    this.#lines.set(name, line);
    if (line.running < this.#most) line.running++;
    else await turn(line, patience);
    try {
      return await work();
    } finally {
      this.#pass(name, line);
    }
  }

  /** The place goes straight to who waits longest: a newcomer cannot take it in between. */
  #pass(name: string, line: Line): void {
    const [next] = line.waiting;
    if (next !== undefined) next.begin();
    else if (--line.running === 0) this.#lines.delete(name);
  }
}

function turn({ waiting }: Line, { left, due }: Patience): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      left?.removeEventListener('abort', giveUp);
      waiting.delete(one);
    };
    const giveUp = () => {
      leave();
      reject(new DatabaseUnavailable('The turn of this viewer did not come in time.'));
    };
    const one: Waiting = {
      begin() {
        leave();
        resolve();
      },
    };
    // An answer that is never due is waited for without a timer: none can be set for so long.
    const timer = Number.isFinite(due) ? setTimeout(giveUp, due - performance.now()) : undefined;
    waiting.add(one);
    if (left?.aborted) giveUp();
    else left?.addEventListener('abort', giveUp);
  });
}
