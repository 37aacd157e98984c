import { type GraphQLInputType, isInputObjectType, isListType, isNonNullType, resolveSchemaCoordinate } from 'graphql';
import { defaultValueOf } from '../graphql-values.ts';
import { createReporter, directiveApplications, type SchemaRule, type SchemaRuleContext } from './schema-rule.ts';

/**
 * A request without the conditions of `@auth` on an input field can leave the field out: it is nullable, no default value
 * gives it, and its type has a field without `@auth`. Otherwise the rule is one of the whole input, and introspection, which
 * hides the field from others, would show them an input that nobody can write.
 */
export const inputRulesAreOptional: SchemaRule = (context) => {
  const report = createReporter(context, inputRulesAreOptional);
  const { schema, elements } = context;
  for (const [rule, { coordinate, kind }] of directiveApplications(context, 'auth')) {
    const element = kind === 'input field' ? resolveSchemaCoordinate(schema, coordinate) : undefined;
    if (element?.kind !== 'InputField') continue;
    const { type, inputField } = element;
    if (isNonNullType(inputField.type))
      report(
        rule,
        'is required, so that nobody else could use the input',
        'make it nullable, or write @auth on the field that takes the input',
      );
    if (defaultValueOf(inputField) !== undefined)
      report(rule, 'has a default value, which would be refused to everyone else', 'remove the default');
    const [first] = Object.keys(type.getFields());
    if (
      first === inputField.name &&
      Object.keys(type.getFields()).every((name) => hasAuth(context, `${type.name}.${name}`))
    )
      report(
        { coordinate: type.name, location: elements.get(type.name)?.location ?? null },
        'every field has @auth, so that nobody else could use the input',
        'write @auth on the field that takes the input',
      );
  }
  for (const { coordinate, kind, location } of elements.values()) {
    if (kind !== 'argument' && kind !== 'input field') continue;
    const element = resolveSchemaCoordinate(schema, coordinate);
    const input =
      element?.kind === 'FieldArgument'
        ? element.fieldArgument
        : element?.kind === 'InputField'
          ? element.inputField
          : undefined;
    const given = input && givenIn(context, input.type, defaultValueOf(input));
    if (given)
      report(
        { coordinate, location },
        `its default value gives ${given}, which has @auth`,
        `remove ${given.split('.')[1]} from the default`,
      );
  }
};

function hasAuth({ elements }: SchemaRuleContext, coordinate: string): boolean {
  return elements.get(coordinate)?.rules.some(({ kind }) => kind === 'auth') ?? false;
}

/** Returns the coordinate of the first input field with `@auth` that a value gives; null if it gives none. */
function givenIn(context: SchemaRuleContext, type: GraphQLInputType, value: unknown): string | null {
  if (value == null) return null;
  if (isNonNullType(type)) return givenIn(context, type.ofType, value);
  if (isListType(type)) {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items.map((item) => givenIn(context, type.ofType, item)).find((found) => found !== null) ?? null;
  }
  if (!isInputObjectType(type)) return null;
  for (const field of Object.values(type.getFields())) {
    if (!Object.hasOwn(value, field.name)) continue;
    const coordinate = `${type.name}.${field.name}`;
    const inner = (value as Readonly<Record<string, unknown>>)[field.name];
    const found = hasAuth(context, coordinate) ? coordinate : givenIn(context, field.type, inner);
    if (found !== null) return found;
  }
  return null;
}
