import { buildSchema, type GraphQLDirective } from 'graphql';
import { accessDirectiveSdl, ACCESS_DIRECTIVES } from '../directives.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/** The access directives are defined as in `accessDirectiveSdl`: the same arguments, types, defaults and locations. */
export const policyDirectivesAreDefined: SchemaRule = (context) => {
  const report = createReporter(context, policyDirectivesAreDefined);
  const expectedSchema = buildSchema(`enum Role { ANY } type Query { any: Role } ${accessDirectiveSdl}`);
  for (const name of ACCESS_DIRECTIVES) {
    const expected = expectedSchema.getDirective(name);
    const actual = context.schema.getDirective(name);
    if (!expected || (actual && signature(actual) === signature(expected))) continue;
    const at = { coordinate: `@${name}`, location: locationOf(actual?.astNode) };
    const message = actual ? `is defined as \`${signature(actual)}\`` : 'is not defined';
    report(at, message, `write \`directive ${signature(expected)}\``);
  }
};

function signature({ name, args, locations, isRepeatable }: GraphQLDirective): string {
  const printedArguments = args.map(({ name: argument, type, defaultValue }) => {
    const printedDefault = defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`;
    return `${argument}: ${type.toString()}${printedDefault}`;
  });
  return `@${name}(${printedArguments.join(', ')})${isRepeatable ? ' repeatable' : ''} on ${locations.toSorted().join(' | ')}`;
}
