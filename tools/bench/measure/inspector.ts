import { setTimeout as delay } from 'node:timers/promises';
import { kill } from '../stand/product.ts';

/** Memory and handles of a process after a garbage collection. */
export interface Holdings {
  /** Bytes of V8's heap that are in use. */
  readonly heap: number;
  /** Bytes outside of the heap that belong to objects in it: buffers, and what native code has reported. */
  readonly external: number;
  /** Resident set size, in bytes. */
  readonly resident: number;
  /** What keeps the event loop alive, by type: sockets, channels, timers (`process.getActiveResourcesInfo()`). */
  readonly resources: Readonly<Record<string, number>>;
}

/** A function on the stack of a sampled thread. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  /** The ids of the functions that it called. */
  readonly children?: readonly number[];
  /** The number of samples in which it ran itself. */
  readonly hitCount?: number;
}

/** A profile of the Chrome DevTools Protocol (`Profiler.Profile`): the tree of calls. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
}

/** The inspector of another Node process, opened from outside: the product has no code for it. */
export interface Inspector {
  /** What keeps its event loop alive, by type. */
  resources(): Promise<Readonly<Record<string, number>>>;
  /** Collects garbage until a collection frees nothing more, then measures. */
  holdings(): Promise<Holdings>;
  /** Samples the main thread while `work` runs; returns where each sample was taken. */
  profile(work: () => Promise<unknown>): Promise<CpuProfile>;
  close(): void;
}

const OPEN_MILLISECONDS = 10_000;
const ANSWER_MILLISECONDS = 30_000;
/** Finalizers release objects that only the next round collects. */
const MOST_ROUNDS = 12;
/** Stops after a round that frees less than this fraction of the heap. */
const LITTLE = 0.001;

const SAMPLING_MICROSECONDS = 200;

const RESOURCES = 'JSON.stringify(process.getActiveResourcesInfo())';
const MEMORY = 'JSON.stringify(process.memoryUsage())';
const TURN = 'new Promise((resolve) => setTimeout(resolve, 20)).then(() => "")';

/**
 * Opens the inspector of a running process by SIGUSR1 (Node's manual, "Signal events") and connects to it.
 * @param output returns what the process has printed so far, standard error included: Node prints the inspector's address
 *   there. Start the process with `--inspect-port=0`, or two processes use the same port
 */
export async function inspectProcess(pid: number, output: () => string): Promise<Inspector> {
  const addresses = () => [...output().matchAll(/^Debugger listening on (ws:\S+)$/gm)].map(([, url]) => url ?? '');
  const known = addresses().length;
  kill(pid, 'SIGUSR1');
  for (const deadline = Date.now() + OPEN_MILLISECONDS; addresses().length === known; await delay(20))
    if (Date.now() > deadline) throw new Error(`Process ${pid} did not open its inspector within 10 s.`);
  const send = await connect(addresses().at(-1) ?? '');
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result } = await send<{ result: { value: string } }>('Runtime.evaluate', {
      expression,
      awaitPromise: true,
    });
    return (result.value === '' ? undefined : JSON.parse(result.value)) as T;
  };
  const resources = async () => {
    const counts: Record<string, number> = {};
    for (const type of await evaluate<string[]>(RESOURCES)) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  };
  return {
    resources,
    async holdings() {
      let memory = await evaluate<NodeJS.MemoryUsage>(MEMORY);
      for (let round = 0; round < MOST_ROUNDS; round++) {
        const before = memory.heapUsed;
        await send('HeapProfiler.collectGarbage', {});
        await evaluate(TURN);
        memory = await evaluate<NodeJS.MemoryUsage>(MEMORY);
        if (round > 1 && before - memory.heapUsed < before * LITTLE) break;
      }
      const { heapUsed, external, rss } = memory;
      return { heap: heapUsed, external, resident: rss, resources: await resources() };
    },
    async profile(work) {
      await send('Profiler.enable', {});
      await send('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
      await send('Profiler.start', {});
      await work();
      const { profile } = await send<{ profile: CpuProfile }>('Profiler.stop', {});
      await send('Profiler.disable', {});
      return profile;
    },
    close: send.close,
  };
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Connects to an inspector; returns a function that sends a protocol command and resolves with its result. */
async function connect(url: string) {
  const socket = new WebSocket(url);
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  const fail = (why: string) => {
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  };
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, result, error } = JSON.parse(String(data)) as Answer;
    const pending = waiting.get(id);
    waiting.delete(id);
    if (error) pending?.reject(new Error(error.message));
    else pending?.resolve(result);
  });
  socket.addEventListener('close', () => fail('The inspector has hung up.'));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`Cannot connect to the inspector at ${url}.`)), {
      once: true,
    });
  });
  let last = 0;
  const send = <T>(method: string, params: object): Promise<T> => {
    const id = (last += 1);
    const timer = setTimeout(
      () => waiting.get(id)?.reject(new Error(`${method} was not answered.`)),
      ANSWER_MILLISECONDS,
    );
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: (result) => resolve(result as T), reject });
      socket.send(JSON.stringify({ id, method, params }));
    }).finally(() => clearTimeout(timer));
  };
  return Object.assign(send, { close: () => socket.close() });
}
