import fs from 'node:fs';

/** When lines are written: after so many milliseconds, or as soon as there are so many characters. */
const BATCH = { milliseconds: 50, characters: 4_096 };

/** How many characters wait at most; further lines are lost. A log that nobody reads must not fill the memory. */
const MOST_WAITING = 8 * 1_024 * 1_024;

/** For how long a warning, and the end of the process, wait for a file that is not ready, in milliseconds. */
const LONGEST_WAIT = { warning: 100, exit: 1_000 };

/** How long a wait pauses between two tries, in milliseconds. */
const PAUSE = 5;

/** The property that makes pino set `lastLevel` before each line. */
const METADATA: unique symbol = Symbol.for('pino.metadata');

/** pino's number for the level `warn`. */
const WARN = 40;

const LINE_FEED = 10;

/**
 * A destination for pino that writes lines to an open file in batches. A line of the level `warn` or worse is written
 * before `write` returns, together with all lines before it. The lines that a full disk does not take are lost, and
 * nothing else happens: `write` does not throw, and the process is not held up. pino's own destination retries for ever.
 *
 * Every write is synchronous, so that the writer always knows how much of a line has been written. With a write under
 * way in another thread, `flushSync` would put its lines into the middle of that one.
 */
export class LineWriter {
  readonly [METADATA] = true;
  /** The level of the line that is written next; set by pino. */
  lastLevel = 0;
  readonly #file: number;
  #waiting = '';
  /** What a write has left over: the file took a part of it, or nothing yet. */
  #rest: Uint8Array = new Uint8Array();
  /** Whether the last bytes that the file took end in the middle of a line. */
  #isInLine = false;
  /** Whether a wait for the file was in vain, and it has taken nothing since. */
  #isStuck = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param file a file descriptor */
  constructor(file: number) {
    this.#file = file;
    // Node makes a pipe non-blocking as soon as it has a stream: a reader that stands still must not stop this process.
    if (file === 1) void process.stdout;
    process.on('exit', () => this.flushSync(LONGEST_WAIT.exit));
  }

  /** Takes a line, with the line feed at its end. */
  write(line: string): void {
    if (this.#rest.length + this.#waiting.length + line.length <= MOST_WAITING) this.#waiting += line;
    if (this.lastLevel >= WARN) this.flushSync();
    else if (this.#waiting.length >= BATCH.characters && this.#rest.length === 0) this.#flush();
    this.#flushLater();
  }

  /**
   * Writes what waits before it returns. What a file does not take in time stays, and is written later; only the first
   * call waits for a file that has stopped to take anything.
   * @param longest how long it waits for the file, in milliseconds; 100 unless given
   */
  flushSync(longest: number = LONGEST_WAIT.warning): void {
    const end = performance.now() + longest;
    while (!this.#flush() && !this.#isStuck)
      if (performance.now() < end) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      else this.#isStuck = true;
    this.#flushLater();
  }

  #flushLater(): void {
    if (this.#timer !== undefined || (this.#waiting === '' && this.#rest.length === 0)) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
      this.#flushLater();
    }, BATCH.milliseconds).unref();
  }

  /** Writes what the file takes now. @returns whether nothing waits any more */
  #flush(): boolean {
    while (this.#rest.length > 0 || this.#waiting !== '') {
      if (this.#rest.length === 0) this.#take();
      try {
        const written = fs.writeSync(this.#file, this.#rest);
        if (written === 0) return false;
        this.#isInLine = this.#rest[written - 1] !== LINE_FEED;
        this.#rest = this.#rest.subarray(written);
        this.#isStuck = false;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
        this.#rest = new Uint8Array();
      }
    }
    return true;
  }

  #take(): void {
    // The end of a line was lost to an error: what follows must not look like it.
    this.#rest = Buffer.from(this.#isInLine ? `\n${this.#waiting}` : this.#waiting);
    this.#waiting = '';
  }
}
