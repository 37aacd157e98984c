/** A message of PostgreSQL's protocol after the startup: its type, and its content without the length. */
export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** Collects bytes, and calls back with each complete message. */
export function messageReader(onMessage: (message: Message) => void): (bytes: Buffer) => void {
  let buffered = Buffer.alloc(0);
  return (bytes) => {
    buffered = Buffer.concat([buffered, bytes]);
    while (buffered.length >= 5) {
      const length = buffered.readInt32BE(1) + 1;
      if (buffered.length < length) return;
      const message = { type: String.fromCharCode(buffered[0] ?? 0), body: buffered.subarray(5, length) };
      buffered = buffered.subarray(length);
      onMessage(message);
    }
  };
}

/** Returns the bytes of a message. */
export function encodeMessage(type: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Returns the null-terminated string at an offset, and the offset after it. */
export function stringAt(body: Buffer, offset: number): readonly [text: string, end: number] {
  const end = body.indexOf(0, offset);
  return [body.toString('utf8', offset, end), end + 1];
}

/** Returns an ErrorResponse. */
export function encodeError(severity: 'ERROR' | 'FATAL', code: string, message: string): Buffer {
  return encodeMessage('E', `S${severity}`, `V${severity}`, `C${code}`, `M${message}`, Buffer.from([0]));
}
