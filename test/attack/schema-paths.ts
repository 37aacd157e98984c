import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
} from 'graphql';

/** One step of a path: a field of a type. */
export interface Hop {
  readonly type: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** The paths from a root to a scalar, as hops. */
export type Path = readonly Hop[];

/**
 * Yields every path from a root to a scalar or enum, or to `__typename` alone, of at most `depth` fields.
 * Follows back-references as often as the depth allows.
 */
export function pathsFrom(schema: GraphQLSchema, root: 'Query' | 'Mutation', depth: number): readonly Path[] {
  return pathsBelow(schema.getType(root), depth);
}

/** Returns the schema coordinate of a hop. */
export function coordinateOf({ type, field }: Hop): string {
  return `${type}.${field.name}`;
}

function pathsBelow(type: GraphQLNamedType | undefined, depth: number): readonly Path[] {
  if (!isObjectType(type) || depth === 0) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const hop = { type: type.name, field };
    const result = getNamedType(field.type);
    return isLeafType(result) ? [[hop]] : pathsBelow(result, depth - 1).map((rest) => [hop, ...rest]);
  });
}
