import fs from 'node:fs';

/** When lines are written: after so many milliseconds, or as soon as there are so many characters. */
const BATCH = { milliseconds: 50, characters: 4_096 };

/** So many characters wait at most; what comes beyond is lost. Who does not read the log must not fill the memory. */
const MOST_WAITING = 8 * 1_024 * 1_024;

/** How often, and how long in between, a write is tried that would have to wait, in milliseconds. */
const RETRY = { times: 20, milliseconds: 5 };

/**
 * Writes lines to an open file, some at a time. A disk that is full takes no lines: those are lost, and nothing else is.
 * pino's own destination tries again for ever, without letting go of the process.
 */
export class LineWriter {
  readonly #file: number;
  #waiting = '';
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param file a file descriptor */
  constructor(file: number) {
    this.#file = file;
    process.on('exit', () => this.flushSync());
  }

  /** Takes a line, with the line feed at its end. */
  write(line: string): void {
    if (this.#waiting.length + line.length <= MOST_WAITING) this.#waiting += line;
    if (this.#waiting.length >= BATCH.characters) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), BATCH.milliseconds).unref();
  }

  /** Writes what waits before it returns, unless the file does not take it. */
  flushSync(): void {
    let bytes = this.#take();
    for (let failures = 0; bytes.length > 0 && failures < RETRY.times; ) {
      try {
        bytes = bytes.subarray(fs.writeSync(this.#file, bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        failures++;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY.milliseconds);
      }
    }
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isWriting && this.#waiting.length > 0) this.#writeOn(this.#take());
  }

  #writeOn(bytes: Buffer): void {
    this.#isWriting = true;
    fs.write(this.#file, bytes, (error, written) => {
      const rest = error === null ? bytes.subarray(written) : error.code === 'EAGAIN' ? bytes : null;
      if (rest === null || rest.length === 0) {
        this.#isWriting = false;
        this.#flush();
      } else setTimeout(() => this.#writeOn(rest), error === null ? 0 : RETRY.milliseconds).unref();
    });
  }

  #take(): Buffer {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    return bytes;
  }
}
