import * as fc from 'fast-check';
import { Connection } from 'pg';
import { expect, test } from 'vitest';
import { MessageWriter, type Parameter } from './message-writer.ts';

/** The methods of pg's `Connection` that write one message each; @types/pg declares older signatures. */
interface PgWriter {
  parse(statement: { name: string; text: string }): void;
  bind(config: { statement: string; values: readonly Parameter[] }): void;
  describe(portal: { type: 'P'; name: '' }): void;
  execute(config: object): void;
  sync(): void;
}

/** Returns what pg writes. */
function writtenByPg(write: (connection: PgWriter) => void): Buffer {
  const written: Buffer[] = [];
  const stream = { writable: true, write: (bytes: Buffer) => written.push(bytes) };
  write(new Connection({ stream: stream as never }) as unknown as PgWriter);
  return Buffer.concat(written);
}

/** Everything but NUL, which ends a name and a text of the protocol. */
const text = fc.string({ unit: 'binary', maxLength: 300 }).map((each) => each.replaceAll('\0', ''));
const loneSurrogates = fc.string({ unit: fc.constantFrom('\ud800', '\udfff', 'é', '€', 'a') });
const parameter = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.constant('\0'),
  loneSurrogates,
  fc.nat(100_000).map((length) => '€'.repeat(length)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);
const statement = fc.record({
  name: fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  text,
  values: fc.array(parameter, { maxLength: 20 }),
});

test('a batch has the bytes that pg writes for its messages one by one, whatever was written before', () => {
  const writer = new MessageWriter();
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 4 }), fc.boolean(), (statements, isDiscarded) => {
      for (const { name, text: sql, values } of statements) {
        writer.parse(name, sql);
        writer.bind(name, values);
        writer.describe();
        writer.execute();
      }
      writer.sync();
      if (isDiscarded) writer.clear();
      const expected = writtenByPg((connection) => {
        for (const { name, text: sql, values } of statements) {
          connection.parse({ name, text: sql });
          connection.bind({ statement: name, values });
          connection.describe({ type: 'P', name: '' });
          connection.execute({});
        }
        connection.sync();
      });
      expect(writer.take().equals(isDiscarded ? Buffer.alloc(0) : expected)).toBe(true);
    }),
  );
});

test('a batch that was taken does not change when the next one is written', () => {
  const writer = new MessageWriter();
  writer.bind('first', ['secret']);
  const first = writer.take();
  const before = first.toString('latin1');
  writer.bind('other', ['public']);
  writer.take();
  expect(first.toString('latin1')).toBe(before);
});
