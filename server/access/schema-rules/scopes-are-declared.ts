import { isScopeToken, scopesIn } from '../declared-scopes.ts';
import { SCOPES_DIRECTIVE } from '../directives.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, directiveApplications, type SchemaRule } from './schema-rule.ts';

/**
 * Every scope in `@auth(scopes:)` is listed in `@tokenScopes` of the schema. No token has a misspelt scope: every request for
 * its field would be refused.
 */
export const scopesAreDeclared: SchemaRule = (context) => {
  const report = createReporter(context, scopesAreDeclared);
  const declared = new Set<string>();
  for (const node of context.elements.get('schema')?.directives ?? []) {
    if (node.name.value !== SCOPES_DIRECTIVE) continue;
    const at = { coordinate: 'schema', location: locationOf(node) };
    const names = scopesIn(context.schema, node);
    if (names === null || names.length === 0)
      report(at, `@${SCOPES_DIRECTIVE} names no scopes`, 'write a list of strings, or remove it');
    for (const name of names ?? []) {
      if (!isScopeToken(name))
        report(
          at,
          `no token can have the scope ${JSON.stringify(name)}`,
          'write visible ASCII characters without space, quotation mark and backslash',
        );
      else if (declared.has(name)) report(at, `names the scope ${name} twice`, 'name it once');
      declared.add(name);
    }
  }
  for (const [rule] of directiveApplications(context, 'auth'))
    for (const scope of new Set(rule.scopes?.flat()))
      if (!declared.has(scope))
        report(
          rule,
          `the scope ${JSON.stringify(scope)} is not declared`,
          `correct its spelling, or add it to \`extend schema @${SCOPES_DIRECTIVE}(names: […])\``,
        );
};
