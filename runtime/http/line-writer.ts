import fs from 'node:fs';

/** A batch is written after this time, or when it has this length. */
const BATCH = { milliseconds: 50, characters: 4_096 };

/** The most characters that wait to be written; further lines are lost. A blocked reader must not fill the memory. */
const MAX_PENDING = 8 * 1_024 * 1_024;

/** How long a warning, and the exit of the process, wait for a file that is not ready, in milliseconds. */
const MAX_WAIT = { warning: 100, exit: 1_000 };

/** How long to wait between two tries, in milliseconds. */
const RETRY_INTERVAL = 5;

/** The property that makes pino set `lastLevel` before each line. */
const METADATA: unique symbol = Symbol.for('pino.metadata');

/** pino's number for the level `warn`. */
const WARN = 40;

const LINE_FEED = 10;

/**
 * A destination for pino that writes lines to an open file in batches. A line of level `warn` or worse is written before
 * `write` returns, after all lines before it. Lines that do not fit on a full disk are lost: `write` neither throws nor
 * blocks. pino's own destination would retry without end.
 *
 * Every write is synchronous, so that the writer knows how much of a line has been written. With an asynchronous write
 * pending, `flushSync` would insert its lines into the middle of a line.
 */
export class LineWriter {
  readonly [METADATA] = true;
  /** The level of the next line; set by pino. */
  lastLevel = 0;
  readonly #file: number;
  #pending = '';
  /** The bytes of the current batch that have not been written. */
  #unwritten: Uint8Array = new Uint8Array();
  /** Whether the last written byte is in the middle of a line. */
  #isInLine = false;
  /** Whether a wait for the file timed out, and nothing has been written since. */
  #isBlocked = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param file a file descriptor */
  constructor(file: number) {
    this.#file = file;
    // Creating its stream makes a pipe non-blocking: a reader that stalls must not block this process.
    if (file === 1) void process.stdout;
    process.on('exit', () => this.flushSync(MAX_WAIT.exit));
  }

  /** Writes a line, which ends with a line feed, now or with the next batch. */
  write(line: string): void {
    if (this.#unwritten.length + this.#pending.length + line.length <= MAX_PENDING) this.#pending += line;
    if (this.lastLevel >= WARN) this.flushSync();
    else if (this.#pending.length >= BATCH.characters && this.#unwritten.length === 0) this.#flush();
    this.#flushLater();
  }

  /**
   * Writes all pending lines before it returns. Lines that the file does not accept in time are written later; only the
   * first call waits for a file that accepts nothing.
   * @param timeout how long to wait for the file, in milliseconds; default 100
   */
  flushSync(timeout: number = MAX_WAIT.warning): void {
    const end = performance.now() + timeout;
    while (!this.#flush() && !this.#isBlocked)
      if (performance.now() < end) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_INTERVAL);
      else this.#isBlocked = true;
    this.#flushLater();
  }

  #flushLater(): void {
    if (this.#timer !== undefined || (this.#pending === '' && this.#unwritten.length === 0)) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
      this.#flushLater();
    }, BATCH.milliseconds).unref();
  }

  /** Writes what the file accepts now. @returns whether everything is written */
  #flush(): boolean {
    while (this.#unwritten.length > 0 || this.#pending !== '') {
      if (this.#unwritten.length === 0) this.#startBatch();
      try {
        const written = fs.writeSync(this.#file, this.#unwritten);
        if (written === 0) return false;
        this.#isInLine = this.#unwritten[written - 1] !== LINE_FEED;
        this.#unwritten = this.#unwritten.subarray(written);
        this.#isBlocked = false;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
        this.#unwritten = new Uint8Array();
      }
    }
    return true;
  }

  #startBatch(): void {
    // The end of a line was lost to an error: the next line must not continue it.
    this.#unwritten = Buffer.from(this.#isInLine ? `\n${this.#pending}` : this.#pending);
    this.#pending = '';
  }
}
