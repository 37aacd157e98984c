import { type PoolClient, types } from 'pg';
import { parseTimestamp, TIMESTAMPTZ } from './timestamp.ts';

/** A column of a result, as pg-protocol reads it from RowDescription. */
export interface ColumnDescription {
  readonly name: string;
  readonly dataTypeID: number;
}

/** The columns of a row in PostgreSQL's text form. */
export type RowFields = readonly (string | null)[];

/** pg's parser of every type whose text is its value. */
const TEXT: unknown = types.getTypeParser(types.builtins.TEXT, 'text');

/** Converts the rows of one result to objects, by the position of their columns. */
export class RowReader {
  readonly #names: readonly string[];
  /** Null for a column whose text is its value. */
  readonly #parsers: readonly (((text: string) => unknown) | null)[];
  /** Each row is a copy, so that the objects of a result have one hidden class. */
  readonly #emptyRow: Readonly<Record<string, null>>;

  /** @param client whose parsers of types apply, except for `timestamptz`: see `parseTimestamp` */
  constructor(columns: readonly ColumnDescription[], client: Pick<PoolClient, 'getTypeParser'>) {
    this.#names = columns.map(({ name }) => name);
    this.#parsers = columns.map(({ dataTypeID }) => {
      if (dataTypeID === TIMESTAMPTZ) return parseTimestamp;
      const parser = client.getTypeParser(dataTypeID, 'text') as (text: string) => unknown;
      return parser === TEXT ? null : parser;
    });
    this.#emptyRow = Object.fromEntries(this.#names.map((name) => [name, null]));
  }

  /** @throws {TypeError} if the row does not have the columns of the result */
  read(fields: RowFields): Record<string, unknown> {
    if (fields.length !== this.#names.length)
      throw new TypeError(`PostgreSQL sent a row of ${fields.length} columns for a result of ${this.#names.length}.`);
    const row: Record<string, unknown> = { ...this.#emptyRow };
    for (let index = 0; index < fields.length; index++) {
      const text = fields[index] as string | null;
      if (text === null) continue;
      const parse = this.#parsers[index];
      row[this.#names[index] as string] = parse ? parse(text) : text;
    }
    return row;
  }
}
