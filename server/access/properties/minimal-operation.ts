import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** The smallest operation that selects a field, and the coordinates that it selects, the field last. */
export interface MinimalOperation {
  readonly text: string;
  readonly coordinates: readonly string[];
}

interface PathStep {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** The object type that the field returns on this path. */
  readonly to: GraphQLObjectType;
}

/**
 * Returns, for every field that a response can contain, the operation that selects it with the fewest others.
 * @param id the value of required arguments
 */
export function minimalOperations(schema: GraphQLSchema, id: string): readonly MinimalOperation[] {
  const operations: MinimalOperation[] = [];
  const paths = new Map<GraphQLObjectType, { readonly operation: string; readonly steps: readonly PathStep[] }>();
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  for (const [operation, type] of roots) if (type) paths.set(type, { operation, steps: [] });
  // Breadth first: iteration over a Map includes entries added during it.
  for (const [type, { operation, steps }] of paths) {
    for (const field of Object.values(type.getFields())) {
      const coordinates = [
        ...steps.map((step) => `${step.type.name}.${step.field.name}`),
        `${type.name}.${field.name}`,
      ];
      const leaf = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
      const last = `${printField(field, id)}${leaf}`;
      const text = steps.reduceRight((inner, step) => {
        const narrowed = isAbstractType(getNamedType(step.field.type)) ? `... on ${step.to.name} { ${inner} }` : inner;
        return `${printField(step.field, id)} { ${narrowed} }`;
      }, last);
      operations.push({ text: `${operation} { ${text} }`, coordinates });
      for (const to of objectTypes(schema, field))
        if (!paths.has(to)) paths.set(to, { operation, steps: [...steps, { type, field, to }] });
    }
  }
  return operations;
}

/** Returns the object types that a field can return. */
export function objectTypes(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
): readonly GraphQLObjectType[] {
  const result = getNamedType(field.type);
  if (isObjectType(result)) return [result];
  return isAbstractType(result) ? schema.getPossibleTypes(result) : [];
}

function printField({ name, args }: GraphQLField<unknown, unknown>, id: string): string {
  const required = args
    .filter(isRequiredArgument)
    .map((argument) => `${argument.name}: ${printRequiredValue(argument.type, id)}`);
  return required.length > 0 ? `${name}(${required.join(', ')})` : name;
}

function printRequiredValue(type: GraphQLInputType, id: string): string {
  if (isNonNullType(type)) return printRequiredValue(type.ofType, id);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{${fields.map((field) => `${field.name}: ${printRequiredValue(field.type, id)}`).join(', ')}}`;
  }
  return { Int: '1', Float: '1', Boolean: 'true' }[type.name] ?? JSON.stringify(id);
}
