import { isNonNullType, resolveSchemaCoordinate } from 'graphql';
import { findGivenField, inputAt } from '../default-values.ts';
import { defaultValueOf } from '../graphql-values.ts';
import {
  createReporter,
  directiveApplications,
  isInputElement,
  type SchemaRule,
  type SchemaRuleContext,
} from './schema-rule.ts';

/**
 * A request without the conditions of `@auth` on an input field can leave the field out: it is nullable, no default value
 * gives it, and its type has a field without `@auth`. Otherwise the rule is one of the whole input, and introspection, which
 * hides the field from others, would show them an input that they cannot write.
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
        'is required, so callers whom it refuses could not use the input',
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
        'every field has @auth, so callers whom the rules refuse could not use the input',
        'write @auth on the field that takes the input',
      );
  }
  for (const { coordinate, kind, location } of elements.values()) {
    const input = isInputElement(kind) ? inputAt(schema, coordinate) : undefined;
    const given = input && findGivenField(input.type, defaultValueOf(input), (at) => hasAuth(context, at));
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
