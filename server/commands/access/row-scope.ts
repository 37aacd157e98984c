import type { CrossOwnerRows } from '../../access/index.ts';

/**
 * Whose rows a caller can reach, in words. The engine cannot know which of the two an operation asks for: its resolvers
 * do. Reading is all that `orRoles` opens.
 */
export function describeRowScope(others: CrossOwnerRows | null): string {
  if (others === null) return "only the caller's own";
  const restrictions = others.rules.length === 0 ? '' : `, held by ${others.rules.join(' and ')} all the same`;
  return `every owner's to read, through orRoles [${others.roles.join(', ')}]${restrictions}; where the operation asks for its own, only those`;
}
