import { versionInfo } from 'graphql';
import type { Choices } from './random-choices.ts';
import { objectTypesOf } from './collect-fields.ts';
import { namedTypeIn, type SchemaSpec } from './schema-spec.ts';

/** An object before it is wrapped in promises, lists and the like. */
export interface Row {
  readonly type: string;
  /** Values by field name. */
  readonly fields: Map<string, PlainValue>;
}
/** The value of a field before it is wrapped. */
export type PlainValue = null | string | number | Row | readonly PlainValue[];

/** The owners of rows. */
const OWNERS = ['ada', 'ada', 'ben'];

/** Returns a tree of rows with random owners for a root type. */
export function randomRow(choices: Choices, spec: SchemaSpec, type: string, depth = 0): Row {
  const fields = new Map<string, PlainValue>();
  const { fields: declared = [] } = spec.types.find(({ name }) => name === type) ?? {};
  const owner = choices.pick(OWNERS);
  for (const field of declared) fields.set(field.name, randomFieldValue(field.type));
  return { type, fields };

  function randomFieldValue(written: string): PlainValue {
    if (written.endsWith('!')) return randomNonNullValue(written.slice(0, -1));
    return choices.oneIn(8) ? null : randomNonNullValue(written);
  }

  function randomNonNullValue(written: string): PlainValue {
    const name = namedTypeIn(written);
    const possible = objectTypesOf(spec, name);
    const isEmpty = possible.length === 0 || depth > 3;
    if (written.startsWith('['))
      return Array.from({ length: isEmpty ? 0 : choices.upTo(3) }, () => randomFieldValue(written.slice(1, -1)));
    if (name === 'Int') return choices.upTo(9);
    // Most rows have the same owner in every field; some have another in one field.
    if (name === 'ID' || name === 'String') return choices.oneIn(8) ? choices.pick(OWNERS) : owner;
    if (isEmpty) return null;
    return randomRow(choices, spec, choices.pick(possible).name, depth + 1);
  }
}

/** Returns the value that replaces a field's value; undefined to keep it. */
export type OverrideField = (row: Row, field: string) => unknown;

/** Wraps a value as resolvers may return it: in promises, sets, generators, or rows that are arrays. */
function wrapValue(choices: Choices, plain: PlainValue, overrideField: OverrideField): unknown {
  if (plain === null || typeof plain !== 'object') return plain;
  const value = 'type' in plain ? wrapRow(choices, plain, overrideField) : wrapList(choices, plain, overrideField);
  const kind = choices.upTo(7);
  if (kind === 6) return Promise.resolve(value);
  // A function with a `then` method is thenable too, and a resolver may return one.
  return kind === 7 ? awaitable(value) : value;
}

/** Returns a thenable function that resolves to a value: graphql-js treats it as a promise. */
export function awaitable(value: unknown): unknown {
  const promise = Promise.resolve(value);
  // oxlint-disable-next-line unicorn/no-thenable -- graphql-js awaits what has a `then`, so the guard is tested with one
  return Object.defineProperty(() => value, 'then', { value: promise.then.bind(promise) });
}

/** Wraps a row; each read of a field wraps its value anew. */
export function wrapRow(choices: Choices, row: Row, overrideField: OverrideField): object {
  const wrapped: object = choices.oneIn(8) ? [] : choices.oneIn(8) ? new Map() : {};
  for (const [name, inner] of row.fields) {
    const resolve =
      inner === null || typeof inner !== 'object' ? inner : () => wrapValue(choices, inner, overrideField);
    Object.defineProperty(wrapped, name, { value: overrideField(row, name) ?? resolve });
  }
  return Object.assign(wrapped, { __typename: row.type });
}

function wrapList(choices: Choices, plain: readonly PlainValue[], overrideField: OverrideField): unknown {
  const items = plain.map((item) => wrapValue(choices, item, overrideField));
  const oneByOne = function* () {
    yield* items;
  };
  const inTurn = async function* () {
    yield* items;
  };
  // graphql 16 reads no async iterable as a list.
  switch (choices.upTo(versionInfo.major === 17 ? 6 : 5)) {
    case 3:
      return new Set(items);
    case 4:
      return oneByOne();
    case 5:
      // Its length is 0.
      return Object.assign([], { [Symbol.iterator]: oneByOne });
    case 6:
      return inTurn();
    default:
      return items;
  }
}
