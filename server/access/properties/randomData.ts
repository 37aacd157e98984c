import type { Choices } from './choices.ts';
import { concrete } from './collect.ts';
import { nameIn, type SchemaSpec } from './schemaSpec.ts';

/** An object as it is, before it is wrapped in anything. */
export interface Row {
  readonly type: string;
  /** What its fields hold; null, scalars, rows and lists of them. */
  readonly fields: Map<string, Plain>;
}
/** What a field holds, with nothing around it. */
export type Plain = null | string | number | Row | readonly Plain[];

/** The users to whom rows belong. */
const OWNERS = ['ada', 'ada', 'ben'];

/** A tree of rows for a root type; whose each is, is left to chance. */
export function randomRow(choices: Choices, spec: SchemaSpec, type: string, depth = 0): Row {
  const fields = new Map<string, Plain>();
  const { fields: declared = [] } = spec.types.find(({ name }) => name === type) ?? {};
  const owner = choices.of(OWNERS);
  for (const field of declared) fields.set(field.name, hold(field.type));
  return { type, fields };

  function hold(written: string): Plain {
    if (written.endsWith('!')) return present(written.slice(0, -1));
    return choices.once(8) ? null : present(written);
  }

  function present(written: string): Plain {
    const name = nameIn(written);
    const possible = concrete(spec, name);
    const isEmpty = possible.length === 0 || depth > 3;
    if (written.startsWith('['))
      return Array.from({ length: isEmpty ? 0 : choices.upTo(3) }, () => hold(written.slice(1, -1)));
    if (name === 'Int') return choices.upTo(9);
    // Most rows have one owner by whatever field; some by one field another.
    if (name === 'ID' || name === 'String') return choices.once(8) ? choices.of(OWNERS) : owner;
    if (isEmpty) return null;
    return randomRow(choices, spec, choices.of(possible).name, depth + 1);
  }
}

/** What a field of a row holds instead of its value, if not undefined. */
export type Marker = (row: Row, field: string) => unknown;

/** The tree as resolvers might answer it: in promises, sets and generators, rows that are lists to the eye. */
function dress(choices: Choices, plain: Plain, marker: Marker): unknown {
  if (plain === null || typeof plain !== 'object') return plain;
  const value = 'type' in plain ? dressRow(choices, plain, marker) : dressList(choices, plain, marker);
  const kind = choices.upTo(7);
  if (kind === 6) return Promise.resolve(value);
  // A function can be awaited too, if it has a `then`; resolvers are free to answer one.
  return kind === 7 ? awaitable(value) : value;
}

/** A value behind a function that can be awaited: graphql-js takes it for a promise. */
export function awaitable(value: unknown): unknown {
  const promise = Promise.resolve(value);
  // oxlint-disable-next-line unicorn/no-thenable -- graphql-js awaits what has a `then`, so the guard is shown one
  return Object.defineProperty(() => value, 'then', { value: promise.then.bind(promise) });
}

/** One row: each time that a field is read its value is dressed anew. */
export function dressRow(choices: Choices, row: Row, marker: Marker): object {
  const dressed: object = choices.once(8) ? [] : choices.once(8) ? new Map() : {};
  for (const [name, inner] of row.fields) {
    const resolve = inner === null || typeof inner !== 'object' ? inner : () => dress(choices, inner, marker);
    Object.defineProperty(dressed, name, { value: marker(row, name) ?? resolve });
  }
  return Object.assign(dressed, { __typename: row.type });
}

function dressList(choices: Choices, plain: readonly Plain[], marker: Marker): unknown {
  const items = plain.map((item) => dress(choices, item, marker));
  const oneByOne = function* () {
    yield* items;
  };
  switch (choices.upTo(5)) {
    case 3:
      return new Set(items);
    case 4:
      return oneByOne();
    case 5:
      // To whoever counts it is empty.
      return Object.assign([], { [Symbol.iterator]: oneByOne });
    default:
      return items;
  }
}
