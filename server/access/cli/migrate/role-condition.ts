import { isRoleName } from './argument-values.ts';
import type { Condition } from './condition.ts';
import type { MigrationOptions } from './migration.ts';

/** Returns the condition of callers with any one of the roles, by the names that the source has for them. */
export function rolesCondition(names: readonly string[], { roles }: MigrationOptions): Condition {
  const renamed = names.map((name) => roles.get(name) ?? name);
  const invalid = renamed.filter((name) => !isRoleName(name));
  if (invalid.length === 0) return { kind: 'roles', roles: renamed };
  const why = `the role ${JSON.stringify(invalid[0])} cannot be the name of an enum value: write --role ${JSON.stringify(`${invalid[0]}=NAME`)}`;
  // The other roles are alternatives, which can be carried over without it.
  const valid = renamed.filter(isRoleName);
  return {
    kind: 'any',
    of: [{ kind: 'unknown', why }, ...(valid.length > 0 ? [{ kind: 'roles', roles: valid } as const] : [])],
  };
}
