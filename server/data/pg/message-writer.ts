/** Message codes and constant messages of the protocol (PostgreSQL manual, "Message Formats"). */
const PARSE = 0x50;
const BIND = 0x42;
const DESCRIBE_UNNAMED_PORTAL = Buffer.from('D\0\0\0\x06P\0', 'latin1');
const EXECUTE_UNNAMED_PORTAL = Buffer.from('E\0\0\0\x09\0\0\0\0\0', 'latin1');
const SYNC = Buffer.from('S\0\0\0\x04', 'latin1');

/** A parameter in PostgreSQL's text form, or bytes in the binary form of `bytea`. */
export type Parameter = string | Buffer | null;

/** The most bytes that UTF-8 takes for one code unit of a string. */
const MAX_BYTES_PER_UNIT = 3;
/** Beyond this size the memory is not kept for the next batch. */
const KEPT_SIZE = 65_536;

/**
 * Collects the messages of a batch in one buffer, so that the socket is written once. pg gives each message a buffer of
 * its own, which costs twice the processor time.
 */
export class MessageWriter {
  #buffer = Buffer.allocUnsafeSlow(4_096);
  #end = 0;

  /** Parse: prepares a text under a name. PostgreSQL infers the types of the parameters. */
  parse(name: string, text: string): void {
    this.#reserve(16 + MAX_BYTES_PER_UNIT * (name.length + text.length));
    const start = this.#begin(PARSE);
    this.#text(name);
    this.#text(text);
    this.#int16(0);
    this.#finish(start);
  }

  /** Bind: gives a prepared statement its parameters, as the unnamed portal. All results are in text form. */
  bind(name: string, parameters: readonly Parameter[]): void {
    let size = 32 + MAX_BYTES_PER_UNIT * name.length + 6 * parameters.length;
    for (const parameter of parameters) size += parameter === null ? 0 : MAX_BYTES_PER_UNIT * parameter.length;
    this.#reserve(size);
    const start = this.#begin(BIND);
    this.#text('');
    this.#text(name);
    this.#int16(parameters.length);
    for (const parameter of parameters) this.#int16(typeof parameter === 'string' || parameter === null ? 0 : 1);
    this.#int16(parameters.length);
    for (const parameter of parameters) this.#parameter(parameter);
    this.#int16(1);
    this.#int16(0);
    this.#finish(start);
  }

  describe(): void {
    this.#copy(DESCRIBE_UNNAMED_PORTAL);
  }

  execute(): void {
    this.#copy(EXECUTE_UNNAMED_PORTAL);
  }

  sync(): void {
    this.#copy(SYNC);
  }

  /** Returns a copy of the messages so far, and begins the next batch. */
  take(): Buffer {
    const batch = Buffer.from(this.#buffer.subarray(0, this.#end));
    this.clear();
    return batch;
  }

  /** Discards the messages so far. */
  clear(): void {
    this.#end = 0;
    if (this.#buffer.length > KEPT_SIZE) this.#buffer = Buffer.allocUnsafeSlow(KEPT_SIZE);
  }

  #begin(code: number): number {
    this.#buffer[this.#end] = code;
    this.#end += 5;
    return this.#end - 4;
  }

  /** Writes the length of the message that begins before `start`; it counts itself, and not the code. */
  #finish(start: number): void {
    this.#buffer.writeInt32BE(this.#end - start, start);
  }

  #parameter(parameter: Parameter): void {
    if (parameter === null) {
      this.#end = this.#buffer.writeInt32BE(-1, this.#end);
      return;
    }
    const at = this.#end + 4;
    const length = typeof parameter === 'string' ? this.#buffer.write(parameter, at) : parameter.copy(this.#buffer, at);
    this.#buffer.writeInt32BE(length, this.#end);
    this.#end = at + length;
  }

  #text(text: string): void {
    this.#end += this.#buffer.write(text, this.#end);
    this.#buffer[this.#end++] = 0;
  }

  #int16(value: number): void {
    this.#end = this.#buffer.writeUInt16BE(value, this.#end);
  }

  #copy(message: Buffer): void {
    this.#reserve(message.length);
    this.#end += message.copy(this.#buffer, this.#end);
  }

  #reserve(size: number): void {
    const needed = this.#end + size;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * needed);
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}
