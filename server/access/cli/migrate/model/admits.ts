import { type DirectiveNode, parse } from 'graphql';
import { argumentsOf, stringsOf } from '../argument-values.ts';
import { typesWithFields } from '../migration.ts';

/** For tests: a caller of the migrated schema. */
export interface Caller {
  /** Null for an anonymous caller. */
  readonly userId: string | null;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/**
 * For tests: whether a schema's access directives admit a caller to a field of an object. Directives of type, interfaces
 * and field add up; a field without any, or with `@undecided`, admits nobody, because the server does not start.
 */
export function admits(
  sdl: string,
  coordinate: string,
  caller: Caller,
  object: Readonly<Record<string, unknown>>,
): boolean {
  const [type, fieldName] = coordinate.split('.');
  const nodes = [...typesWithFields([parse(sdl)])];
  const interfaces = nodes.flatMap((node) => (node.name.value === type ? (node.interfaces ?? []) : []));
  const sources = [type, ...interfaces.map(({ name }) => name.value)];
  const directives = nodes.flatMap((node) => {
    if (!sources.includes(node.name.value)) return [];
    const field = node.fields?.find(({ name }) => name.value === fieldName);
    return [...(node.directives ?? []), ...(field?.directives ?? [])];
  });
  const rules = directives.filter(({ name }) => ['public', 'auth', 'owner', 'undecided'].includes(name.value));
  return rules.length > 0 && rules.every((rule) => admitsBy(rule, caller, object));
}

function admitsBy(rule: DirectiveNode, caller: Caller, object: Readonly<Record<string, unknown>>): boolean {
  if (rule.name.value === 'public') return true;
  if (rule.name.value === 'undecided' || caller.userId === null) return false;
  const args = argumentsOf(rule);
  const hasRole = (names: readonly string[] | null) => names?.some((name) => caller.roles.includes(name)) ?? false;
  if (rule.name.value === 'owner') {
    const [field = 'userId'] = stringsOf(args.get('field')) ?? [];
    return object[field] === caller.userId || hasRole(stringsOf(args.get('orRoles')));
  }
  const scopes = args.get('scopes');
  const groups = scopes?.kind === 'ListValue' ? scopes.values.map((group) => stringsOf(group) ?? []) : null;
  return (
    (!args.has('roles') || hasRole(stringsOf(args.get('roles')))) &&
    (groups === null || groups.some((group) => group.every((scope) => caller.scopes.includes(scope))))
  );
}
