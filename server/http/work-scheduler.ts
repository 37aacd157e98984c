import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { KeyedSemaphore } from '../../runtime/keyed-semaphore.ts';
import type { Deadline } from '../context.ts';

/** The limits of a scheduler. */
export interface WorkSchedulerOptions {
  /** How long the event loop rests after a piece of work, in multiples of its time; default 3. */
  readonly rest?: number;
  /** Pieces of work that wait at a time, of all clients together; default 512. */
  readonly maxWaiting?: number;
}

/**
 * Runs a piece of synchronous work of a client as soon as its turn comes.
 * @throws what `work` throws; {Overloaded} or {WaitAborted} if its turn did not come
 */
export type ScheduleWork = <T>(client: string, work: () => T, deadline?: Partial<Deadline>) => Promise<T>;

/** A rest below this many milliseconds lasts until the next turn of the event loop: timers count in milliseconds. */
const SHORTEST_TIMER = 1;

/**
 * Creates a scheduler of work that only attackers and new clients cause, such as parsing a document for the first time. It
 * runs one piece at a time, the clients take turns, and after each the event loop is left to other requests for several
 * times as long. Without it, eight connections with new documents at the cost limits delayed every other request by up to
 * 300 ms, because all of them were parsed and validated in one turn of the event loop.
 */
export function createWorkScheduler({ rest = 3, maxWaiting = 512 }: WorkSchedulerOptions = {}): ScheduleWork {
  const semaphore = new KeyedSemaphore({ limit: 1, maxWaiting });
  return (client, work, { clientGone, expiresAt } = {}) =>
    new Promise((resolve, reject) => {
      const runAndRest = async () => {
        const began = performance.now();
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
        const restFor = rest * (performance.now() - began);
        await (restFor < SHORTEST_TIMER ? nextTurn() : delay(restFor));
      };
      const wait = { ...(clientGone && { signal: clientGone }), ...(expiresAt !== undefined && { expiresAt }) };
      semaphore.run(client, runAndRest, wait).catch(reject);
    });
}
