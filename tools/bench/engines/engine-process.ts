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

  async #next(milliseconds: number): Promise<unknown> {
    const ended = new AbortController();
    const failed = (why: string) => new Error(`The process of ${this.#name} ${why}.`);
    try {
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(failed('gave no answer in time')), milliseconds);
        ended.signal.addEventListener('abort', () => clearTimeout(timer));
        const onExit = (code: number | null) => reject(failed(`ended with exit code ${code}`));
        this.#process.once('exit', onExit);
        this.#process.once('message', (answer) => {
          this.#process.off('exit', onExit);
          resolve(answer);
        });
      });
    } finally {
      ended.abort();
    }
  }
}
