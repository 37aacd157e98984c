import { type ConstDirectiveNode, getDirectiveValues, type GraphQLSchema } from 'graphql';
import { SCOPES_DIRECTIVE } from './directives.ts';

/** Whether a token can have a scope of this name: RFC 6749 §3.3, `scope-token`. */
export function isScopeToken(name: string): boolean {
  return /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(name);
}

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
