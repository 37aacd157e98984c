import {
  getNamedType,
  getNullableType,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
} from 'graphql';
import { Choices } from '../../access/properties/random-choices.ts';
import { addresses, describeInfo, describeValue, type World } from './execution-trace.ts';
import type { RandomSchema } from './random-execution-schema.ts';

type Method = (args: object, context: unknown, info: Parameters<typeof describeInfo>[0]) => unknown;

/** Returns choices that depend on nothing but the seed and the address: two executions see equal values. */
function choicesAt({ seed }: World, address: string, count = 6): Choices {
  let state = seed | 0;
  for (let index = 0; index < address.length; index++) state = Math.imul(state ^ address.charCodeAt(index), 16_777_619);
  const numbers: number[] = [];
  while (numbers.length < count) {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    numbers.push(((mixed ^ (mixed >>> 14)) >>> 0) % 5040);
  }
  return new Choices(numbers);
}

/** Returns, or throws, what the resolver at an address gives for a type. */
export function resultAt(world: World, schema: RandomSchema, address: string, type: GraphQLOutputType): unknown {
  const choices = choicesAt(world, address);
  if (!choices.oneIn(world.oddness)) {
    const plain = plainAt(world, schema, address, type, choices);
    return choices.oneIn(4) ? later(plain, choices.upTo(3)) : plain;
  }
  const plain = () => plainAt(world, schema, address, type, choices);
  switch (choices.upTo(17)) {
    case 0:
      return null;
    case 1:
      throw new Error(`thrown at ${address}`);
    case 2:
      return rejected(new Error(`rejected at ${address}`), choices.upTo(3));
    case 3:
      return new Error(`returned at ${address}`);
    case 4:
      return later(new TypeError(`resolved at ${address}`), choices.upTo(2));
    case 5:
      return undefined;
    case 6:
      return later(null, choices.upTo(2));
    case 7:
      // oxlint-disable-next-line typescript/only-throw-error -- resolvers may throw anything
      throw pickAny(choices, ['text', null, undefined, { code: 7 }, 0]);
    case 8:
      return rejected(pickAny(choices, ['text', null, undefined, {}]), choices.upTo(1));
    case 9:
      throw new GraphQLError(`of GraphQL at ${address}`, { extensions: { code: 'TEAPOT' } });
    case 10:
      throw new GraphQLError(`located at ${address}`, { path: ['elsewhere', 3] });
    case 11:
      return thenable((resolve) => resolve(plain()));
    case 12:
      return thenable((_resolve, reject) => reject(new Error(`thenable rejected at ${address}`)));
    case 13:
      return thenable(() => {
        throw new Error(`then threw at ${address}`);
      });
    case 14:
      return thenableWithout(pickAny(choices, [undefined, null, 'no promise']));
    case 15:
      return pickAny(choices, ['text', 7, true, Number.NaN, 2 ** 40, {}, [], 10n, -0, '']);
    case 16:
      return pickAny(choices, [
        Symbol('odd'),
        () => `called at ${address}`,
        { valueOf: () => 5 },
        { toJSON: () => 'json' },
        {
          valueOf() {
            throw new Error(`valueOf at ${address}`);
          },
        },
        Object.create(null),
      ]);
    default:
      return later(later(plain(), choices.upTo(2)), choices.upTo(2));
  }
}

function plainAt(
  world: World,
  schema: RandomSchema,
  address: string,
  written: GraphQLOutputType,
  choices: Choices,
): unknown {
  const type = getNullableType(written);
  if (written === type && choices.oneIn(9)) return choices.oneIn(2) ? null : undefined;
  if (isListType(type)) return listAt(world, schema, address, type.ofType, choices);
  if (isLeafType(type)) return schema.leafValue(type.name, choices);
  const possible = isAbstractType(type) ? schema.schema.getPossibleTypes(type) : [type as GraphQLObjectType];
  return sourceAt(schema, address, choices.pick(possible), choices);
}

function listAt(
  world: World,
  schema: RandomSchema,
  address: string,
  itemType: GraphQLOutputType,
  choices: Choices,
): unknown {
  const kind = choices.upTo(9);
  const length = choices.upTo(3);
  const itemAt = (index: number) => resultAt(world, schema, `${address}#${index}`, itemType);
  // An item that throws is thrown by the list itself, unless an iterator reads it one by one.
  const items = () => Array.from({ length }, (_, index) => itemAt(index));
  switch (kind) {
    case 5:
      return new Set(items());
    case 6:
    case 7:
      return (function* () {
        for (let index = 0; index < length; index++) {
          world.trace.push(`next ${address}#${index}`);
          yield itemAt(index);
        }
      })();
    case 8: {
      const reversed = items();
      // Its own iterator decides what the list is, not its indices.
      reversed[Symbol.iterator] = () => Array.from({ length }, (_, index) => reversed[length - 1 - index]).values();
      return reversed;
    }
    case 9:
      return Object.assign(Array.from<unknown>({ length }), length > 0 ? { 0: itemAt(0) } : {});
    default:
      return items();
  }
}

/** Returns an object of a type whose properties depend on the address. */
export function sourceAt(schema: RandomSchema, address: string, type: GraphQLObjectType, choices: Choices): object {
  const [object, array, callable] = prototypesOf(schema, type);
  const source: object = choices.oneIn(9)
    ? Object.setPrototypeOf([], array)
    : choices.oneIn(9)
      ? Object.setPrototypeOf(() => 'a function', callable)
      : Object.create(object);
  addresses.set(source, address);
  return source;
}

const prototypes = new WeakMap<GraphQLObjectType, readonly [object: object, array: object, callable: object]>();

/** Returns prototypes with a getter for each field of a type: a thousand objects need them once. */
function prototypesOf(schema: RandomSchema, type: GraphQLObjectType) {
  const known = prototypes.get(type);
  if (known !== undefined) return known;
  const made = [Object.prototype, Array.prototype, Function.prototype].map((parent: object) => {
    const prototype = Object.create(parent) as object;
    for (const field of Object.values(type.getFields()))
      Object.defineProperty(prototype, field.name, {
        get(this: object) {
          return propertyAt(schema, `${addresses.get(this)}.${field.name}`, field);
        },
      });
    return Object.defineProperty(prototype, '__typename', { value: type.name });
  }) as [object, object, object];
  prototypes.set(type, made);
  return made;
}

/** Returns a value, a method, or what a resolver would return; all but values are traced. */
function propertyAt(schema: RandomSchema, address: string, { name, type }: GraphQLField<unknown, unknown>): unknown {
  const { world } = schema;
  const choices = choicesAt(world, `${address}?`, 3);
  const kind = choices.upTo(7);
  if (name === 'userId') return choices.oneIn(world.oddness) ? 'ben' : 'ada';
  if (kind < 3 && isLeafType(getNullableType(type))) return schema.leafValue(getNamedType(type).name, choices);
  world.trace.push(`get ${address}`);
  const value = () => resultAt(world, schema, address, type);
  return kind >= 6 ? tracedMethod(world, schema, `method ${address}`, value) : value();
}

/** As `choices.pick`, also for undefined. */
function pickAny(choices: Choices, list: readonly unknown[]): unknown {
  return list[choices.upTo(list.length - 1)];
}

/** Returns a function that records what it is called with, spoils its arguments, and returns a value. */
export function tracedMethod(world: World, { schema }: RandomSchema, title: string, value: () => unknown): Method {
  return function method(this: unknown, args, context, info) {
    const seen = `${describeValue(args)} context ${describeValue(context)} ${describeInfo(info, schema, world)}`;
    world.trace.push(`${title} this ${describeValue(this)} ${seen}`);
    // Neither this request nor another may see the change.
    Object.assign(args, { spoiled: true });
    return value();
  };
}

function later(value: unknown, hops: number): Promise<unknown> {
  let promise = Promise.resolve<unknown>(undefined);
  for (let hop = 0; hop < hops; hop++) promise = promise.then(() => undefined);
  return promise.then(() => value);
}

function rejected(reason: unknown, hops: number): Promise<unknown> {
  const promise = later(undefined, hops).then(() => Promise.reject(reason as Error));
  return promise;
}

type Settle = (value: unknown) => void;

function thenable(run: (resolve: Settle, reject: Settle) => void): object {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- graphql-js awaits what has a `then`
    then(resolve: Settle | undefined, reject: Settle | undefined) {
      return new Promise<unknown>((settle) => {
        run(
          (value) => settle(resolve ? resolve(value) : value),
          (reason) => settle(reject ? reject(reason) : Promise.reject(reason)),
        );
      });
    },
  };
}

/** Returns a thenable whose `then` returns no promise. */
function thenableWithout(value: unknown): object {
  // oxlint-disable-next-line unicorn/no-thenable -- graphql-js awaits what has a `then`
  return { then: () => value };
}
