import type { CrossOwnerRows } from '../index.ts';

/**
 * Describes whose rows a caller can reach. `orRoles` grants reads only; whether an operation reads across owners or its own
 * rows is decided by its resolvers, which the engine does not know.
 */
export function describeRowScope(others: CrossOwnerRows | null): string {
  if (others === null) return "only the caller's own";
  const restrictions = others.rules.length === 0 ? '' : `, restricted by ${others.rules.join(' and ')}`;
  return `those of all owners, read-only, through orRoles [${others.roles.join(', ')}]${restrictions}; only the caller's own if the operation requests those`;
}
