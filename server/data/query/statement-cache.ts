import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { OwnedSql } from './select-statement.ts';
import type { Statement } from '../pg/pipelined-query.ts';

/** Stands for a value while a statement's text is built. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A statement built once, and how the values of one call become its parameters. */
export interface PreparedQuery<Name extends string = string> {
  readonly statement: Statement;
  /** In the order of the text's `$1`, `$2` … */
  bind(values: Readonly<Record<Name, unknown>>): unknown[];
}

/**
 * The shapes of this process's statements, each built once and prepared by name.
 *
 * Callers choose columns, filters and orders, and with them the shapes: PostgreSQL keeps a prepared statement for as
 * long as its connection lives, so a caller who asks for ever others would fill the memory of every backend. Only the
 * first `most` shapes get a name. The others run unnamed, which PostgreSQL forgets with the next one; as many of their
 * texts are kept, the longest unused goes first.
 */
export class StatementCache {
  readonly #escape: (text: string, values: Record<string, unknown>) => [string, unknown[]];
  readonly #maxNamed: number;
  readonly #named = new Map<string, PreparedQuery>();
  readonly #unnamed: LRUCache<string, PreparedQuery>;

  /** @param maxNamed how many prepared names there can be at most; 200 unless said otherwise */
  constructor({ driver }: Pick<DataSource, 'driver'>, maxNamed = 200) {
    this.#escape = (text, values) => driver.escapeQueryWithParameters(text, values);
    this.#maxNamed = maxNamed;
    this.#unnamed = new LRUCache({ max: maxNamed });
  }

  /**
   * The shape of this key, built by `build` when it is new.
   * @param kind what the statement does; the names in logs and in `pg_prepared_statements` begin with it
   * @param key what tells shapes of this kind apart
   * @param names the values that the text speaks of, as `:name`
   */
  getOrCreate<Name extends string>(
    kind: string,
    key: string,
    names: readonly Name[],
    build: () => OwnedSql,
  ): PreparedQuery<Name> {
    const cacheKey = `${kind} ${key}`;
    const cached = this.#named.get(cacheKey) ?? this.#unnamed.get(cacheKey);
    const isNamed = cached ? cached.statement.name !== '' : this.#named.size < this.#maxNamed;
    const preparedQuery = cached ?? this.#build(isNamed ? kind : null, names, build());
    if (isNamed) this.#named.set(cacheKey, preparedQuery);
    else this.#unnamed.set(cacheKey, preparedQuery);
    return preparedQuery;
  }

  #build(kind: string | null, names: readonly string[], owned: OwnedSql): PreparedQuery {
    const [text, values] = this.#escape(
      owned,
      Object.fromEntries(names.map((value) => [value, new Placeholder(value)])),
    );
    const order = values.map((value) => (value as Placeholder).name);
    const unbound = /(?<!:):(?!:)[A-Za-z]\w*/.exec(text)?.[0];
    if (unbound !== undefined) throw new TypeError(`A statement of this shape speaks of ${unbound}: name the value.`);
    const name = kind === null ? '' : `${kind}.${fingerprint(text)}`;
    return { statement: { name, text }, bind: (bindings) => order.map((value) => bindings[value]) };
  }
}

/** One text, one name, whoever else prepares statements on the connection; PostgreSQL reads no more than 63 bytes of it. */
function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
