import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Policy } from './policy.ts';
import { refusalError } from './refusal.ts';
import type { OwnerRule } from './rule.ts';
import { type AccessViewer, parseViewer } from './access-viewer.ts';

/** An object was about to leave for somebody who does not own it: the walls behind this one have failed. */
export class AccessBreach extends Error {
  override readonly name = 'AccessBreach';
  /** The field by which it was about to leave, or the type where only that is known. */
  readonly coordinate: string;
  /** Whose object it is; null where the object does not say. */
  readonly ownerId: string | null;
  /** Who would have seen it; null for an anonymous caller. */
  readonly viewerId: string | null;

  constructor(coordinate: string, ownerId: string | null, viewerId: string | null) {
    super(`An object of another owner was stopped at ${coordinate}.`);
    this.coordinate = coordinate;
    this.ownerId = ownerId;
    this.viewerId = viewerId;
  }
}

/** What the guard has to be told of the server around it. */
export interface GuardOptions<Context> {
  /** The caller on whose behalf resolvers run with this context; null for none. A malformed one is an `InvalidViewerError`. */
  viewerOf(context: Context): AccessViewer | null;
  /** Hears of each breach, once for each object, before the error is thrown. What it throws becomes that error's cause. */
  onBreach(breach: AccessBreach, context: Context): void;
}

type Resolver<Context> = GraphQLFieldResolver<unknown, Context>;
type AssertOwned<Context> = (value: unknown, context: Context, coordinate: string) => void;

/**
 * Puts the guard on every field by which an owned object can leave, in the executable schema itself.
 * A field of an owned type has its resolver wrapped; an abstract type has its `resolveType` wrapped, which every
 * one of its objects passes on its way out. A breach throws, and the caller of `execute` has to take the whole
 * answer back: see `AccessBreach`.
 *
 * Wrapping costs a few nanoseconds an object, an `isTypeOf` some seventy, and it can only raise an error that prints
 * the row.
 */
export function guardSchema<Context>(policy: Policy, { viewerOf, onBreach }: GuardOptions<Context>): void {
  const callerOf = (context: Context) => parseViewer(viewerOf(context));
  const assertOwned = new Map<string, AssertOwned<Context>>();
  for (const [name, rules] of policy.owners) {
    assertOwned.set(name, (value, context, coordinate) => {
      const viewer = callerOf(context);
      if (isOwnedBy(rules, value, viewer)) return;
      const breach = new AccessBreach(coordinate, ownerOf(rules, value), viewer?.userId ?? null);
      try {
        onBreach(breach, context);
      } catch (error) {
        // An alarm that nobody could hear is no reason to give a part of the answer away.
        breach.cause = error;
      }
      throw breach;
    });
  }

  for (const type of Object.values(policy.schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type)) guardAbstractType(type, assertOwned);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()) as GraphQLField<unknown, Context>[]) {
      const coordinate = `${type.name}.${field.name}`;
      const assertResultOwned = assertOwned.get(getNamedType(field.type).name);
      if (assertResultOwned) {
        const resolve = field.resolve ?? defaultFieldResolver;
        field.resolve = wrapOwnedResult(resolve, assertResultOwned, coordinate, listDepth(field.type));
      }
      const owners = policy.fieldOwners.get(coordinate);
      if (owners) field.resolve = wrapOwnedField(field.resolve ?? defaultFieldResolver, owners, callerOf);
    }
  }
}

/**
 * A field of an owned type: each object of its value is looked at, in lists and lists of lists, awaited or not.
 * What is a list is said by the field's type: a row that can be iterated is a row all the same.
 */
function wrapOwnedResult<Context>(
  resolve: Resolver<Context>,
  assertOwned: AssertOwned<Context>,
  coordinate: string,
  lists: number,
): Resolver<Context> {
  const checkValue = (value: unknown, context: Context, depth: number): unknown => {
    if (value == null || value instanceof Error) return value;
    if (isPromise(value)) {
      const checked = Promise.resolve(value).then((settled) => checkValue(settled, context, depth));
      // Where a breach beside it ends the list at once, nobody is left to hear of this one: not even that ends the process.
      checked.catch(() => undefined);
      return checked;
    }
    if (depth > 0 && isIterable(value)) {
      // Read once, for an iterator has no second time and an array may bring its own: graphql-js reads the copy.
      const items = [...value];
      for (let index = 0; index < items.length; index++) items[index] = checkValue(items[index], context, depth - 1);
      return items;
    }
    assertOwned(value, context, coordinate);
    return value;
  };
  return (source, args, context, info) => checkValue(resolve(source, args, context, info), context, lists);
}

/** In how many lists a value of this type stands. */
function listDepth(type: GraphQLOutputType): number {
  if (isListType(type)) return 1 + listDepth(type.ofType);
  return isNonNullType(type) ? listDepth(type.ofType) : 0;
}

/** An abstract type: which object type a value is of is known once `resolveType` has said so, and not before. */
function guardAbstractType<Context>(
  type: GraphQLAbstractType,
  assertOwned: ReadonlyMap<string, AssertOwned<Context>>,
): void {
  const { resolveType } = type;
  if (!resolveType) return;
  type.resolveType = (value, context: Context, info, abstractType) => {
    const checkResolvedType = (name: string | undefined) => {
      if (name !== undefined) assertOwned.get(name)?.(value, context, `${info.parentType.name}.${info.fieldName}`);
      return name;
    };
    const name = resolveType(value, context, info, abstractType);
    return isPromise(name) ? name.then(checkResolvedType) : checkResolvedType(name);
  };
}

/** A field with an owner of its own, on a type that others may see: refused field by field, which is no alarm. */
function wrapOwnedField<Context>(
  resolve: Resolver<Context>,
  rules: readonly OwnerRule[],
  viewerOf: (context: Context) => AccessViewer | null,
): Resolver<Context> {
  return (source, args, context, info) =>
    isOwnedBy(rules, source, viewerOf(context)) ? resolve(source, args, context, info) : throwForbidden(rules, info);
}

function throwForbidden(rules: readonly OwnerRule[], { parentType, fieldName, fieldNodes }: GraphQLResolveInfo): never {
  const [rule] = rules as readonly [OwnerRule];
  throw refusalError({ reason: 'FORBIDDEN', coordinate: `${parentType.name}.${fieldName}`, rule, nodes: fieldNodes });
}

/** Every rule has to hold. Only a string that is the viewer's own id counts as an owner: null never equals null. */
export function isOwnedBy(rules: readonly OwnerRule[], value: unknown, viewer: AccessViewer | null): boolean {
  return (
    viewer !== null &&
    rules.every(
      ({ field, orRoles }) =>
        readProperty(value, field) === viewer.userId || orRoles.some((role) => viewer.roles.includes(role)),
    )
  );
}

function ownerOf(rules: readonly OwnerRule[], value: unknown): string | null {
  const owner = readProperty(value, rules[0]?.field ?? null);
  return typeof owner === 'string' ? owner : null;
}

function readProperty(value: unknown, name: string | null): unknown {
  return typeof value === 'object' && value !== null && name !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** As graphql-js asks it: a function can be awaited too. */
function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
