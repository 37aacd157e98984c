import {
  buildSchema,
  getNamedType,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLSchema,
  isEnumType,
} from 'graphql';
import {
  accessDirectiveSdl,
  ACCESS_DIRECTIVES,
  EARLIER_DEFINITIONS,
  ON_REFUSAL_ENUM,
  SCOPES_DIRECTIVE,
} from '../directives.ts';
import { defaultValueOf } from '../graphql-values.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * The access directives are defined as in `accessDirectiveSdl`, or as in its earlier versions: the same arguments, types,
 * defaults and locations. `@tokenScopes` may be missing. The enum `OnRefusal` has the values `REJECT` and `NULL`, also as
 * its internal values: with others, a field would not be what its rule says.
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
    const isEnumMissing = name === 'auth' && context.schema.getType(ON_REFUSAL_ENUM) === undefined;
    report(at, message, `write \`directive ${signature(expected)}\`${isEnumMissing ? ` and \`${ENUM}\`` : ''}`);
  }
  const type = context.schema.getType(ON_REFUSAL_ENUM);
  if (!usesOnRefusal(context.schema) || valuesOf(type).join() === 'NULL=NULL,REJECT=REJECT') return;
  const at = { coordinate: ON_REFUSAL_ENUM, location: locationOf(type?.astNode) };
  report(at, 'is not the enum of `@auth(onRefusal:)`', `write \`${ENUM}\`, without internal values`);
};

const ENUM = `enum ${ON_REFUSAL_ENUM} { REJECT NULL }`;

function usesOnRefusal(schema: GraphQLSchema): boolean {
  return schema.getDirective('auth')?.args.some(({ type }) => getNamedType(type).name === ON_REFUSAL_ENUM) ?? false;
}

/** Returns the values of an enum with their internal values, sorted; none for another type. */
function valuesOf(type: unknown): readonly string[] {
  return isEnumType(type)
    ? type
        .getValues()
        .map(({ name, value }) => `${name}=${String(value)}`)
        .toSorted()
    : [];
}

function signature({ name, args, locations, isRepeatable }: GraphQLDirective): string {
  const printedArguments = args.map((argument) => {
    const defaultValue = printDefault(argument);
    return `${argument.name}: ${argument.type.toString()}${defaultValue === null ? '' : ` = ${defaultValue}`}`;
  });
  return `@${name}(${printedArguments.join(', ')})${isRepeatable ? ' repeatable' : ''} on ${locations.toSorted().join(' | ')}`;
}

/** Returns the default value of an argument as text, in SDL if it is one value of an enum; null if there is none. */
function printDefault(argument: GraphQLArgument): string | null {
  const value = defaultValueOf(argument);
  if (value === undefined) return null;
  return typeof value === 'string' && isEnumType(argument.type) ? value : JSON.stringify(value);
}
