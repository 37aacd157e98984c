import {
  defaultFieldResolver,
  defaultTypeResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLScalarType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isObjectType,
  isScalarType,
} from 'graphql';

/**
 * An operation that asks for the schema may ask for data too: the copy behaves as the schema that it was made from does
 * at that moment, so that what is put on that one later, such as the guard, holds here as well.
 */
export function copyBehaviour(from: GraphQLSchema, to: GraphQLSchema): void {
  for (const type of Object.values(to.getTypeMap())) {
    const original = from.getType(type.name);
    if (type.name.startsWith('__') || original === undefined || original === type) continue;
    if (isObjectType(type) && isObjectType(original)) {
      for (const field of Object.values(type.getFields())) field.resolve = resolverOf(original.getFields()[field.name]);
      type.isTypeOf = original.isTypeOf;
    } else if (isAbstractType(type) && isAbstractType(original)) {
      type.resolveType = (...asked) => (original.resolveType ?? defaultTypeResolver)(...asked);
    } else if (isScalarType(type) && isScalarType(original)) {
      Object.assign(type, pick(original));
    } else if (isEnumType(type) && isEnumType(original)) {
      // What a value is inside of the server need not be its name.
      type.serialize = (value) => original.serialize(value);
      type.parseValue = (...asked) => original.parseValue(...asked);
      type.parseLiteral = (...asked) => original.parseLiteral(...asked);
    }
  }
}

function resolverOf(field: GraphQLField<unknown, unknown> | undefined): GraphQLFieldResolver<unknown, unknown> {
  return (...asked) => (field?.resolve ?? defaultFieldResolver)(...asked);
}

function pick({ serialize, parseValue, parseLiteral }: GraphQLScalarType) {
  return { serialize, parseValue, parseLiteral };
}
