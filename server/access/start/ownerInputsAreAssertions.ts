import {
  GraphQLID,
  GraphQLString,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';
import { applications, holdsInput, reporter, type StartRule } from './context.ts';

/** On an argument or input field `@owner` stands bare, on an id, without a default: the value is the caller's own id. */
export const ownerInputsAreAssertions: StartRule = (context) => {
  const report = reporter(context, ownerInputsAreAssertions);
  for (const [rule, { coordinate, kind, directives }] of applications(context, 'owner')) {
    if (!holdsInput(kind)) continue;
    const given = directives.filter(({ name }) => name.value === 'owner').flatMap((node) => node.arguments ?? []);
    for (const { name } of given)
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
};

function inputAt(schema: GraphQLSchema, coordinate: string): GraphQLArgument | GraphQLInputField | undefined {
  const [, typeName = '', fieldName = '', argumentName] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  const type = schema.getType(typeName);
  if (isInputObjectType(type)) return type.getFields()[fieldName];
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return type.getFields()[fieldName]?.args.find(({ name }) => name === argumentName);
}
