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
import { wrapNullField } from './nulled-fields.ts';
import type { Policy } from './policy.ts';
import { refusalError } from './refusal.ts';
import type { OwnerRule } from './rule.ts';
import { type AccessViewer, parseViewer } from './access-viewer.ts';

/** Marks breaches in all copies of the engine: an application can load the ES modules and a library CommonJS. */
const BREACH = Symbol.for('@fieldgate/access AccessBreach');

/** A resolver returned an object that the viewer does not own: the walls before the guard have failed. */
export class AccessBreach extends Error {
  override readonly name = 'AccessBreach';
  readonly [BREACH] = true;
  /** The field that returned the object. */
  readonly coordinate: string;
  /** The id of the object's owner; null if the object has none. */
  readonly ownerId: string | null;
  /** The id of the viewer; null for an anonymous request. */
  readonly viewerId: string | null;

  constructor(coordinate: string, ownerId: string | null, viewerId: string | null) {
    super(
      ownerId === null
        ? `A resolver returned an object without an owner: ${coordinate}. The property that @owner names is not a string.`
        : `A resolver returned an object that the viewer does not own: ${coordinate}.`,
    );
    this.coordinate = coordinate;
    this.ownerId = ownerId;
    this.viewerId = viewerId;
  }

  /** Also true for a breach of another copy of the engine: a server that missed it would send the rest of the response. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BREACH in value;
  }
}

/** Connects the guard to the server that runs it. */
export interface GuardOptions<Context> {
  /** Returns the viewer of a context; null for an anonymous request. A malformed viewer is an `InvalidViewerError`. */
  viewerOf(context: Context): AccessViewer | null;
  /**
   * Called once for each foreign object, before the breach is thrown. An error that it throws becomes the breach's
   * cause.
   */
  onBreach(breach: AccessBreach, context: Context): void;
  /** Whether fields run that a decision makes null, as in report mode. Default: false. */
  readonly runsNulledFields?: boolean;
}

type Resolver<Context> = GraphQLFieldResolver<unknown, Context>;
type AssertOwned<Context> = (value: unknown, context: Context, coordinate: string) => void;

/**
 * Installs the guard: changes the policy's schema in place, so that each object of an owned type is checked against the
 * viewer before it enters a response. Wraps the resolver of each field of an owned type and the `resolveType` of each
 * abstract type. A foreign object fails its field with an `AccessBreach`; the server that calls `execute` must then
 * discard the whole result. Also wraps each field with `onRefusal: NULL`, which runs only by a decision.
 *
 * `isTypeOf` is not used: it costs about 70 ns for each object where wrapping costs a few, and it can only raise an
 * error that prints the row.
 */
export function guardSchema<Context>(
  policy: Policy,
  { viewerOf, onBreach, runsNulledFields = false }: GuardOptions<Context>,
): void {
  const parsedViewerOf = (context: Context) => parseViewer(viewerOf(context));
  const assertOwned = new Map<string, AssertOwned<Context>>();
  for (const [name, rules] of policy.owners) {
    assertOwned.set(name, (value, context, coordinate) => {
      const viewer = parsedViewerOf(context);
      if (isOwnedBy(rules, value, viewer)) return;
      const breach = new AccessBreach(coordinate, ownerOf(rules, value), viewer?.userId ?? null);
      try {
        onBreach(breach, context);
      } catch (error) {
        // Even if the breach cannot be reported, the object must not be returned.
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
      if (owners) field.resolve = wrapOwnedField(field.resolve ?? defaultFieldResolver, owners, parsedViewerOf);
      // Last, so that nothing of a refused field runs.
      if (!runsNulledFields && policy.nullFields.has(coordinate))
        field.resolve = wrapNullField(field.resolve ?? defaultFieldResolver, coordinate);
    }
  }
}

/**
 * Wraps the resolver of a field of an owned type: checks each object of its value, also in nested lists and promises.
 * The field's type determines what is a list: an iterable row of a non-list field is still a row.
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
      // If another item's breach fails the list first, nothing awaits this promise.
      checked.catch(() => undefined);
      return checked;
    }
    if (depth > 0 && isIterable(value)) {
      // Copied, because an iterator can be read only once and an array may override its iterator: graphql-js reads the
      // copy.
      return checkAll([...value], context, depth - 1);
    }
    if (depth > 0 && isAsyncIterable(value)) return checkItems(value, context, depth - 1);
    assertOwned(value, context, coordinate);
    return value;
  };
  /**
   * Checks every item, also after a foreign one: each is reported, and a promise that nothing awaits must not reject, because
   * an unhandled rejection ends the process.
   */
  const checkAll = (items: unknown[], context: Context, depth: number): unknown => {
    let failure: { readonly error: unknown } | null = null;
    for (let index = 0; index < items.length; index++)
      try {
        items[index] = checkValue(items[index], context, depth);
      } catch (error) {
        failure ??= { error };
      }
    if (failure !== null) throw failure.error;
    return items;
  };
  /** Graphql 17 reads async iterables as lists, and so do other executors of 16. */
  async function* checkItems(items: AsyncIterable<unknown>, context: Context, depth: number): AsyncGenerator {
    for await (const item of items) yield checkValue(item, context, depth);
  }
  return (source, args, context, info) => checkValue(resolve(source, args, context, info), context, lists);
}

/** Returns how deeply lists are nested in a type: 2 for `[[T!]]!`. */
function listDepth(type: GraphQLOutputType): number {
  if (isListType(type)) return 1 + listDepth(type.ofType);
  return isNonNullType(type) ? listDepth(type.ofType) : 0;
}

/** Wraps `resolveType` of an abstract type: the object type of a value is unknown until `resolveType` returns it. */
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

/**
 * Wraps a field with `@owner` on a type that other viewers may read: a refusal nulls that field and is not a breach.
 */
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

/**
 * Whether an object satisfies every owner rule: the owner field equals the viewer's id, or the viewer has one of the
 * rule's `orRoles`. An anonymous request satisfies none: null does not equal null.
 */
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

/** Tests as graphql-js does: any value with a `then` method, functions included. */
function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Tests as graphql-js 17 does. */
function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}
