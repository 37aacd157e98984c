import { GraphQLID, GraphQLString, getNamedType, resolveSchemaCoordinate } from 'graphql';
import { findGivenField, inputAt } from '../default-values.ts';
import { defaultValueOf } from '../graphql-values.ts';
import {
  createReporter,
  directiveApplications,
  isInputElement,
  type SchemaRule,
  type SchemaRuleContext,
  writtenArguments,
} from './schema-rule.ts';

/**
 * On an argument or input field, `@owner` asserts that the value is the viewer's own id: it has no arguments, the type
 * is an id, and no default value sets the owner, not even one of an enclosing input. An interface's `@owner` on an
 * argument also applies to implementing types.
 */
export const ownerInputsAreAssertions: SchemaRule = (context) => {
  const report = createReporter(context, ownerInputsAreAssertions);
  for (const [rule, element] of directiveApplications(context, 'owner')) {
    const { coordinate, kind } = element;
    if (!isInputElement(kind)) continue;
    for (const { name } of writtenArguments(element, 'owner'))
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
    const owner = findGivenField(input.type, defaultValue, (at, value) => value != null && isOwner(context, at));
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
function inheritedOwner(context: SchemaRuleContext, coordinate: string): string | undefined {
  const { schema } = context;
  const element = resolveSchemaCoordinate(schema, coordinate);
  if (isOwner(context, coordinate) || element?.kind !== 'FieldArgument') return undefined;
  return element.type
    .getInterfaces()
    .map(({ name }) => `${name}.${element.field.name}(${element.fieldArgument.name}:)`)
    .find((at) => isOwner(context, at) && !hasDefault(inputAt(schema, at)));
}

function isOwner({ elements }: SchemaRuleContext, coordinate: string): boolean {
  return elements.get(coordinate)?.rules.some(({ kind }) => kind === 'owner') ?? false;
}

function hasDefault(input: ReturnType<typeof inputAt>): boolean {
  return input !== undefined && defaultValueOf(input) !== undefined;
}
