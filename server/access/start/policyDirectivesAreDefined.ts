import { buildSchema, type GraphQLDirective } from 'graphql';
import { accessDirectives, DIRECTIVES } from '../directives.ts';
import { placeOf } from '../problem.ts';
import { reporter, type StartRule } from './context.ts';

/** The three words of the policy are defined as the engine reads them: the same arguments, types, defaults and places. */
export const policyDirectivesAreDefined: StartRule = (context) => {
  const report = reporter(context, policyDirectivesAreDefined);
  const wanted = buildSchema(`enum Role { ANY } type Query { any: Role } ${accessDirectives}`);
  for (const name of DIRECTIVES) {
    const expected = wanted.getDirective(name);
    const actual = context.schema.getDirective(name);
    if (!expected || (actual && signature(actual) === signature(expected))) continue;
    const at = { coordinate: `@${name}`, place: placeOf(actual?.astNode) };
    const message = actual ? `is defined as \`${signature(actual)}\`` : 'is not defined';
    report(at, message, `write \`directive ${signature(expected)}\``);
  }
};

function signature({ name, args, locations, isRepeatable }: GraphQLDirective): string {
  const written = args.map(({ name: argument, type, defaultValue }) => {
    const byDefault = defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`;
    return `${argument}: ${type.toString()}${byDefault}`;
  });
  return `@${name}(${written.join(', ')})${isRepeatable ? ' repeatable' : ''} on ${locations.toSorted().join(' | ')}`;
}
