import {
  getNamedType,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { createTestSchema } from '../../test-harness.ts';
import type { SuiteContext } from './start-server.ts';

/** The owner of rows that do not belong to the caller. */
const OTHER_OWNER = 'SECRET owner';

/** A row that a resolver returned. */
export interface CorpusRow {
  /** The name of its object type, which no field of the corpus has. */
  readonly type: string;
  readonly __typename: string;
  readonly [field: string]: unknown;
}

/**
 * Returns a schema of the corpus with resolvers that check nothing. Each returns a row of the caller or, if the request
 * asks for it, of another owner; interfaces and unions return their members in turn, by the length of the path.
 * @param wrap replaces each resolver, for the model
 */
export function corpusSchema(
  sdl: string,
  wrap: (resolve: GraphQLFieldResolver<CorpusRow, SuiteContext>) => GraphQLFieldResolver<CorpusRow, SuiteContext> = (
    resolve,
  ) => resolve,
): GraphQLSchema {
  const schema = createTestSchema(sdl);
  const resolve: GraphQLFieldResolver<CorpusRow | undefined, SuiteContext> = (
    source,
    _args,
    { token, foreign },
    { returnType, fieldName, path },
  ) => {
    const named = getNamedType(returnType);
    if (!isCompositeType(named)) return inLists(returnType, source?.[fieldName] ?? (named.name === 'Int' ? 7 : 'text'));
    const members = isAbstractType(named) ? schema.getPossibleTypes(named) : [named];
    let depth = 0;
    for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) depth++;
    const type = members[depth % Math.max(members.length, 1)];
    if (type === undefined) return isListType(returnType) ? [] : null;
    const caller = token === null ? 'nobody' : (JSON.parse(token) as { readonly userId: string }).userId;
    const owner = foreign ? OTHER_OWNER : caller;
    return inLists(returnType, {
      type: type.name,
      __typename: type.name,
      id: owner,
      userId: owner,
      by: owner,
      maybe: owner,
    });
  };
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields()))
        field.resolve = wrap(resolve as GraphQLFieldResolver<CorpusRow, SuiteContext>);
  return schema;
}

function inLists(type: GraphQLOutputType, value: unknown): unknown {
  if (isNonNullType(type)) return inLists(type.ofType, value);
  return isListType(type) ? [inLists(type.ofType, value)] : value;
}
