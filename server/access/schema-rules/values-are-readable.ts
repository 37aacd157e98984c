import { type DirectiveNode, type GraphQLSchema, Kind } from 'graphql';
import { rolesOf } from '../audience.ts';
import { ACCESS_DIRECTIVES } from '../directives.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/** Every argument of an access directive is valid for its type and not null: null would mean "no condition". */
export const valuesAreReadable: SchemaRule = (context) => {
  const report = createReporter(context, valuesAreReadable);
  for (const { coordinate, directives, invalidDirectives } of context.elements.values()) {
    for (const { node, message } of invalidDirectives)
      report(
        { coordinate, location: locationOf(node) },
        `@${node.name.value}: ${message}`,
        `write a value of the argument's type${rolesFor(node, context.schema)}`,
      );
    for (const node of directives) {
      if (!(ACCESS_DIRECTIVES as readonly string[]).includes(node.name.value)) continue;
      for (const argument of node.arguments ?? [])
        if (argument.value.kind === Kind.NULL)
          report(
            { coordinate, location: locationOf(argument) },
            `@${node.name.value}(${argument.name.value}: null) has no effect`,
            `omit ${argument.name.value}, or write a value`,
          );
    }
  }
};

/** Names the roles, if the directive names one: the value is often a misspelt role. */
function rolesFor(node: DirectiveNode, schema: GraphQLSchema): string {
  const roles = rolesOf(schema);
  if (roles.length === 0 || !node.arguments?.some(({ name }) => /^(orR|r)oles$/.test(name.value))) return '';
  return `; the roles are ${roles.join(', ')}`;
}
