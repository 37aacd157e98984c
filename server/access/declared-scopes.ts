import { type ConstDirectiveNode, getDirectiveValues, type GraphQLSchema } from 'graphql';
import { SCOPES_DIRECTIVE } from './directives.ts';

/** Returns the scopes that `@tokenScopes` lists on the schema. */
export function declaredScopes(schema: GraphQLSchema): readonly string[] {
  const nodes = [schema.astNode, ...schema.extensionASTNodes].flatMap((node) => node?.directives ?? []);
  return nodes.filter(({ name }) => name.value === SCOPES_DIRECTIVE).flatMap((node) => scopesIn(schema, node) ?? []);
}

/** Returns the scopes that one application of `@tokenScopes` lists; null if it cannot be read. */
export function scopesIn(schema: GraphQLSchema, node: ConstDirectiveNode): readonly string[] | null {
  const definition = schema.getDirective(SCOPES_DIRECTIVE);
  if (definition == null) return null;
  try {
    const names: unknown = getDirectiveValues(definition, { directives: [node] })?.['names'];
    // `policyDirectivesAreDefined` reports another definition, with which `names` can be anything.
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : null;
  } catch {
    return null;
  }
}
