import { setImmediate as nextTurn, setTimeout as timeout } from 'node:timers/promises';
import { KeyedSemaphore } from '../../runtime/keyed-semaphore.ts';
import type { Deadline } from '../context.ts';

/** The limits of a scheduler. */
export interface WorkSchedulerOptions {
  /** How long work rests after each piece while there are protected requests, in multiples of its time; default 5. */
  readonly rest?: number;
  /** Waits for some milliseconds; default `setTimeout`. */
  readonly delay?: (milliseconds: number) => Promise<unknown>;
  /** Pieces of work that wait at a time, of all clients together; default 512. */
  readonly maxWaiting?: number;
}

/**
 * Runs a piece of synchronous work of a client as soon as its turn comes.
 * @throws what `work` throws; {Overloaded} or {WaitAborted} if its turn did not come
 */
export type ScheduleWork = <T>(client: string, work: () => T, deadline?: Partial<Deadline>) => Promise<T>;

/** A scheduler, and the requests that its work must not delay. */
export interface WorkScheduler {
  readonly schedule: ScheduleWork;
  /** Protects a request from delays, until the returned function is called. */
  protect(): () => void;
}

/** A shorter rest, in milliseconds, lasts until the next turn of the event loop: timers count in milliseconds. */
const SHORTEST_TIMER = 1;

/**
 * Creates a scheduler of work that only attackers and new clients cause, such as parsing a document for the first time. It
 * runs one piece in a turn of the event loop, and the clients take turns. While there are protected requests, the event
 * loop is left to them for several times as long as each piece took. Without it, eight connections with new documents at
 * the cost limits delayed every other request by up to 300 ms, because all of them were parsed in one turn.
 */
export function createWorkScheduler({
  rest = 5,
  delay = (milliseconds) => timeout(milliseconds),
  maxWaiting = 512,
}: WorkSchedulerOptions = {}): WorkScheduler {
  const semaphore = new KeyedSemaphore({ limit: 1, maxWaiting });
  let protectedRequests = 0;
  const schedule: ScheduleWork = (client, work, { clientGone, expiresAt } = {}) =>
    new Promise((resolve, reject) => {
      const runAndRest = async () => {
        const began = performance.now();
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
        const restFor = rest * (performance.now() - began);
        // First, the requests that arrived meanwhile are read.
        await nextTurn();
        if (protectedRequests > 0 && restFor >= SHORTEST_TIMER) await delay(restFor);
      };
      const wait = { ...(clientGone && { signal: clientGone }), ...(expiresAt !== undefined && { expiresAt }) };
      semaphore.run(client, runAndRest, wait).catch(reject);
    });
  return {
    schedule,
    protect() {
      protectedRequests += 1;
      return () => {
        protectedRequests -= 1;
      };
    },
  };
}
