import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { OwnedText } from './select.ts';
import type { Statement } from './wire.ts';

/** Stands for a value while a statement's text is built. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A statement built once, and how the values of one call become its parameters. */
export interface Shape<Name extends string = string> {
  readonly statement: Statement;
  /** In the order of the text's `$1`, `$2` … */
  parameters(values: Readonly<Record<Name, unknown>>): unknown[];
}

/**
 * The shapes of this process's statements, each built once and prepared by name.
 *
 * Callers choose columns, filters and orders, and with them the shapes: PostgreSQL keeps a prepared statement for as
 * long as its connection lives, so a caller who asks for ever others would fill the memory of every backend. Only the
 * first `most` shapes get a name. The others run unnamed, which PostgreSQL forgets with the next one; as many of their
 * texts are kept, the longest unused goes first.
 */
export class Shapes {
  readonly #escape: (text: string, values: Record<string, unknown>) => [string, unknown[]];
  readonly #most: number;
  readonly #named = new Map<string, Shape>();
  readonly #unnamed = new Map<string, Shape>();

  /** @param most how many prepared names there can be at most; 200 unless said otherwise */
  constructor({ driver }: Pick<DataSource, 'driver'>, most = 200) {
    this.#escape = (text, values) => driver.escapeQueryWithParameters(text, values);
    this.#most = most;
  }

  /**
   * The shape of this key, built by `build` when it is new.
   * @param kind what the statement does; the names in logs and in `pg_prepared_statements` begin with it
   * @param key what tells shapes of this kind apart
   * @param names the values that the text speaks of, as `:name`
   */
  of<Name extends string>(kind: string, key: string, names: readonly Name[], build: () => OwnedText): Shape<Name> {
    const full = `${kind} ${key}`;
    const known = this.#named.get(full) ?? this.#unnamed.get(full);
    const isNamed = known ? known.statement.name !== '' : this.#named.size < this.#most;
    const shape = known ?? this.#build(isNamed ? kind : null, names, build());
    if (isNamed) this.#named.set(full, shape);
    else this.#keep(full, shape);
    return shape;
  }

  #keep(key: string, shape: Shape): void {
    this.#unnamed.delete(key);
    this.#unnamed.set(key, shape);
    const [oldest] = this.#unnamed.keys();
    if (this.#unnamed.size > this.#most && oldest !== undefined) this.#unnamed.delete(oldest);
  }

  #build(kind: string | null, names: readonly string[], owned: OwnedText): Shape {
    const [text, values] = this.#escape(
      owned,
      Object.fromEntries(names.map((value) => [value, new Placeholder(value)])),
    );
    const order = values.map((value) => (value as Placeholder).name);
    const forgotten = /(?<!:):(?!:)[A-Za-z]\w*/.exec(text)?.[0];
    if (forgotten !== undefined)
      throw new TypeError(`A statement of this shape speaks of ${forgotten}: name the value.`);
    const name = kind === null ? '' : `${kind}.${fingerprint(text)}`;
    return { statement: { name, text }, parameters: (given) => order.map((value) => given[value]) };
  }
}

/** One text, one name, whoever else prepares statements on the connection; PostgreSQL reads no more than 63 bytes of it. */
function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
