import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

const READY_MILLISECONDS = 30_000;

/** The answers of an engine to the corpus. */
export interface Checked {
  readonly requests: number;
  /** Each wrong answer: `leaked: …` or `refused, must be allowed: …`. */
  readonly wrong: readonly string[];
  /** Refused requests of which a resolver ran that the engine must not have run. */
  readonly partial: number;
}

/** Microseconds of processor time of a call, with the engine and without it. */
export interface Cost {
  readonly engine: number;
  readonly bare: number;
}

/** The process of one engine: see contestants/measure.mjs. */
export class EngineProcess {
  readonly ready: Promise<unknown>;
  readonly #process: ChildProcess;
  readonly #name: string;

  constructor(name: string, folder: string) {
    this.#name = name;
    const env = { ...process.env, NODE_ENV: 'production' };
    this.#process = fork(path.join(folder, 'measure.mjs'), [name], { cwd: folder, env, stdio: 'ignore', execArgv: [] });
    this.ready = this.#next(READY_MILLISECONDS);
  }

  /** Sends it the corpus. */
  async check(): Promise<Checked> {
    return (await this.#ask({ kind: 'check' })) as Checked;
  }

  /** Returns the microseconds of processor time of one call. */
  async measure(operation: string, count: number): Promise<Cost> {
    return (await this.#ask({ kind: 'measure', name: operation, count })) as Cost;
  }

  #ask(message: object): Promise<unknown> {
    const answer = this.#next(10 * READY_MILLISECONDS);
    this.#process.send(message);
    return answer;
  }

  stop(): void {
    this.#process.kill();
  }

  #next(milliseconds: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const fail = (why: string, cause?: Error) => reject(new Error(`The process of ${this.#name} ${why}.`, { cause }));
    const timer = setTimeout(() => fail('gave no answer in time'), milliseconds);
    const onExit = (code: number | null) => fail(`ended with exit code ${code}`);
    // Of a message to a process that has ended.
    const onError = (error: Error) => fail(`cannot be reached: ${error.message}`, error);
    this.#process.once('message', resolve).once('exit', onExit).once('error', onError);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#process.off('message', resolve).off('exit', onExit).off('error', onError);
    });
  }
}
