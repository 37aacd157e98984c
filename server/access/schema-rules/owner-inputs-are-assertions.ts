import {
  GraphQLID,
  GraphQLString,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';
import {
  directiveApplications,
  isInputElement,
  createReporter,
  type SchemaRuleContext,
  type SchemaRule,
} from './schema-rule.ts';

/**
 * On an argument or input field `@owner` stands bare, on an id, without a default, not even inside of another's: the
 * value is the caller's own id. What an interface says of an argument holds for those of the types that implement it.
 */
export const ownerInputsAreAssertions: SchemaRule = (context) => {
  const report = createReporter(context, ownerInputsAreAssertions);
  for (const [rule, { coordinate, kind, directives }] of directiveApplications(context, 'owner')) {
    if (!isInputElement(kind)) continue;
    const directiveArguments = directives
      .filter(({ name }) => name.value === 'owner')
      .flatMap((node) => node.arguments ?? []);
    for (const { name } of directiveArguments)
      report(
        rule,
        `${name.value} means nothing on an ${kind}`,
        "write a bare @owner: the value is the caller's own id",
      );
    const input = inputAt(context.schema, coordinate);
    if (input === undefined) continue;
    const type = getNamedType(input.type);
    if (type !== GraphQLID && type !== GraphQLString)
      report(rule, `${type.name} is no type of an owner's id`, 'make it an ID, or a list of them');
    if (input.defaultValue !== undefined)
      report(
        rule,
        "it has a default, which could be nobody's own id",
        'leave the default out: without a value it is the caller',
      );
  }
  for (const { coordinate, kind, location } of context.elements.values()) {
    const input = isInputElement(kind) ? inputAt(context.schema, coordinate) : undefined;
    const inherited = input?.defaultValue === undefined ? undefined : inheritedOwner(context, coordinate);
    if (inherited)
      report(
        { coordinate, location },
        `it has a default, and @owner at ${inherited} asks for the caller's own id`,
        'leave the default out: without a value it is the caller',
      );
    const owner = input && ownerIn(context, input.type, input.defaultValue);
    if (owner)
      report(
        { coordinate, location },
        `its default says who the owner is, at ${owner}`,
        'leave the owner out of the default: without a value it is the caller',
      );
  }
};

/**
 * The argument of an interface at which `@owner` speaks for an argument without a word of its own. Where that one has a
 * default too it is told of there, and once is enough.
 */
function inheritedOwner({ schema, elements }: SchemaRuleContext, coordinate: string): string | undefined {
  const isOwner = (at: string) => elements.get(at)?.rules.some(({ kind }) => kind === 'owner') ?? false;
  const [typeName = '', argument = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  if (isOwner(coordinate) || !(isObjectType(type) || isInterfaceType(type))) return undefined;
  return type
    .getInterfaces()
    .map(({ name }) => `${name}.${argument}`)
    .find((at) => isOwner(at) && inputAt(schema, at)?.defaultValue === undefined);
}

/** The first place inside of a value at which an owner is said; null where none is. */
function ownerIn(context: SchemaRuleContext, type: GraphQLInputType, value: unknown): string | null {
  if (value == null) return null;
  if (isNonNullType(type)) return ownerIn(context, type.ofType, value);
  if (isListType(type)) {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items.map((item) => ownerIn(context, type.ofType, item)).find((found) => found !== null) ?? null;
  }
  if (!isInputObjectType(type)) return null;
  for (const field of Object.values(type.getFields())) {
    const inner = (value as Readonly<Record<string, unknown>>)[field.name];
    const coordinate = `${type.name}.${field.name}`;
    const isOwner = context.elements.get(coordinate)?.rules.some((rule) => rule.kind === 'owner');
    const found = isOwner && inner != null ? coordinate : ownerIn(context, field.type, inner);
    if (found !== null) return found;
  }
  return null;
}

function inputAt(schema: GraphQLSchema, coordinate: string): GraphQLArgument | GraphQLInputField | undefined {
  const [, typeName = '', fieldName = '', argumentName] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  const type = schema.getType(typeName);
  if (isInputObjectType(type)) return type.getFields()[fieldName];
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return type.getFields()[fieldName]?.args.find(({ name }) => name === argumentName);
}
