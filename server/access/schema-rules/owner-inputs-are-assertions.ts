import {
  GraphQLID,
  GraphQLString,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLSchema,
  resolveSchemaCoordinate,
} from 'graphql';
import { defaultValueOf } from '../graphql-values.ts';
import {
  directiveApplications,
  isInputElement,
  createReporter,
  type SchemaRuleContext,
  type SchemaRule,
} from './schema-rule.ts';

/**
 * On an argument or input field, `@owner` asserts that the value is the viewer's own id: it has no arguments, the type
 * is an id, and no default value sets the owner, not even one of an enclosing input. An interface's `@owner` on an
 * argument also applies to implementing types.
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
        `${name.value} has no effect on an ${kind}`,
        "write @owner without arguments: the value must be the caller's own id",
      );
    const input = inputAt(context.schema, coordinate);
    if (input === undefined) continue;
    const type = getNamedType(input.type);
    if (type !== GraphQLID && type !== GraphQLString)
      report(rule, `${type.name} cannot hold an owner's id`, 'change the type to ID, or to a list of ID');
    if (defaultValueOf(input) !== undefined)
      report(
        rule,
        "has a default value, which cannot be every caller's own id",
        'remove the default: without a value, the owner is the caller',
      );
  }
  for (const { coordinate, kind, location } of context.elements.values()) {
    const input = isInputElement(kind) ? inputAt(context.schema, coordinate) : undefined;
    if (input === undefined) continue;
    const defaultValue = defaultValueOf(input);
    const inherited = defaultValue === undefined ? undefined : inheritedOwner(context, coordinate);
    if (inherited)
      report(
        { coordinate, location },
        `has a default value, but @owner at ${inherited} requires the caller's own id`,
        'remove the default: without a value, the owner is the caller',
      );
    const owner = ownerIn(context, input.type, defaultValue);
    if (owner)
      report(
        { coordinate, location },
        `its default value sets an owner, at ${owner}`,
        'remove the owner from the default: without a value, the owner is the caller',
      );
  }
};

/**
 * Returns the coordinate of the interface argument whose `@owner` applies to an argument without a rule on itself. If
 * the interface's argument has a default value, the problem is reported there alone.
 */
function inheritedOwner({ schema, elements }: SchemaRuleContext, coordinate: string): string | undefined {
  const isOwner = (at: string) => elements.get(at)?.rules.some(({ kind }) => kind === 'owner') ?? false;
  const element = resolveSchemaCoordinate(schema, coordinate);
  if (isOwner(coordinate) || element?.kind !== 'FieldArgument') return undefined;
  return element.type
    .getInterfaces()
    .map(({ name }) => `${name}.${element.field.name}(${element.fieldArgument.name}:)`)
    .find((at) => isOwner(at) && !hasDefault(inputAt(schema, at)));
}

/** Returns the coordinate of the first owner input field that a value sets; null if it sets none. */
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

function hasDefault(input: ReturnType<typeof inputAt>): boolean {
  return input !== undefined && defaultValueOf(input) !== undefined;
}

function inputAt(schema: GraphQLSchema, coordinate: string): GraphQLArgument | GraphQLInputField | undefined {
  const element = resolveSchemaCoordinate(schema, coordinate);
  if (element?.kind === 'FieldArgument') return element.fieldArgument;
  return element?.kind === 'InputField' ? element.inputField : undefined;
}
