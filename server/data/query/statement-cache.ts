import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { OwnedSql } from './select-statement.ts';
import type { Statement } from '../pg/pipelined-query.ts';

/** Stands for a parameter's value while a statement's text is built. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A statement built once, and the mapping of named values to its parameters. */
export interface PreparedQuery<Name extends string = string> {
  readonly statement: Statement;
  /** Returns the values in the order of `$1`, `$2` … */
  bind(values: Readonly<Record<Name, unknown>>): unknown[];
}

/**
 * Caches the process's statements: each is built once and prepared under a name.
 *
 * Clients choose columns, filters and orders, and thereby the texts. PostgreSQL keeps a prepared statement until its
 * connection closes, so a client that varies its selections could fill the memory of every backend. Only the first
 * `maxNamed` statements get a name. Later ones run unnamed, and PostgreSQL discards each with the next; their texts are
 * kept in an LRU cache of the same size.
 */
export class StatementCache {
  readonly #escape: (text: string, values: Record<string, unknown>) => [string, unknown[]];
  readonly #maxNamed: number;
  readonly #named = new Map<string, PreparedQuery>();
  readonly #unnamed: LRUCache<string, PreparedQuery>;

  /** @param maxNamed maximum number of named prepared statements. Default: 200 */
  constructor({ driver }: Pick<DataSource, 'driver'>, maxNamed = 200) {
    this.#escape = (text, values) => driver.escapeQueryWithParameters(text, values);
    this.#maxNamed = maxNamed;
    this.#unnamed = new LRUCache({ max: maxNamed });
  }

  /**
   * Returns the cached query, or builds it.
   * @param kind what the statement does; the prefix of its name in logs and in `pg_prepared_statements`
   * @param key distinguishes statements of the same kind
   * @param names the parameters that the text may contain, as `:name`
   * @throws {TypeError} if the text contains another parameter: PostgreSQL would take it for a part of the SQL
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
    const [text, values] = this.#escape(owned, Object.fromEntries(names.map((name) => [name, new Placeholder(name)])));
    const order = values.map((value) => (value as Placeholder).name);
    const unbound = /(?<!:):(?!:)[A-Za-z]\w*/.exec(text)?.[0];
    if (unbound !== undefined)
      throw new TypeError(`The SQL text contains the parameter ${unbound}, which is not listed in \`names\`.`);
    const statementName = kind === null ? '' : `${kind}.${fingerprint(text)}`;
    return {
      statement: { name: statementName, text },
      bind: (bindings) => order.map((parameter) => bindings[parameter]),
    };
  }
}

/**
 * Hashes the text, so that different texts on one connection never share a name. PostgreSQL truncates names to 63
 * bytes.
 */
function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
