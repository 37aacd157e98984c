import { buildSchema, type GraphQLDirective } from 'graphql';
import { accessDirectiveSdl, ACCESS_DIRECTIVES, EARLIER_DEFINITIONS, SCOPES_DIRECTIVE } from '../directives.ts';
import { defaultValueOf } from '../graphql-values.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * The access directives are defined as in `accessDirectiveSdl`, or as in its earlier versions: the same arguments, types,
 * defaults and locations. `@tokenScopes` may be missing.
 */
export const policyDirectivesAreDefined: SchemaRule = (context) => {
  const report = createReporter(context, policyDirectivesAreDefined);
  const expectedSchema = buildSchema(`enum Role { ANY } type Query { any: Role } ${accessDirectiveSdl}`);
  for (const name of [...ACCESS_DIRECTIVES, SCOPES_DIRECTIVE] as const) {
    const expected = expectedSchema.getDirective(name);
    const actual = context.schema.getDirective(name);
    const earlier = name === SCOPES_DIRECTIVE ? [] : (EARLIER_DEFINITIONS[name] ?? []);
    if (!expected || (actual && [signature(expected), ...earlier].includes(signature(actual)))) continue;
    if (!actual && name === SCOPES_DIRECTIVE) continue;
    const at = { coordinate: `@${name}`, location: locationOf(actual?.astNode) };
    const message = actual ? `is defined as \`${signature(actual)}\`` : 'is not defined';
    report(at, message, `write \`directive ${signature(expected)}\``);
  }
};

function signature({ name, args, locations, isRepeatable }: GraphQLDirective): string {
  const printedArguments = args.map((argument) => {
    const defaultValue = defaultValueOf(argument);
    const printedDefault = defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`;
    return `${argument.name}: ${argument.type.toString()}${printedDefault}`;
  });
  return `@${name}(${printedArguments.join(', ')})${isRepeatable ? ' repeatable' : ''} on ${locations.toSorted().join(' | ')}`;
}
