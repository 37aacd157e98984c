import { type Policy, policies } from '../../access/index.ts';
import type { Declared } from '../../data/catalog/declared.ts';
import { DECLARED_STATE } from '../../data/catalog/declared-state.ts';
import { FUNCTIONS, GRANTS, OWNED_TABLES } from '../../data/privileges.ts';
import { RUNTIME_ROLES } from '../../data/roles.ts';

/** What the schema and the declared privileges together say that the database holds. */
export function declaredBy(policy: Policy): Declared {
  return {
    roles: Object.values(RUNTIME_ROLES),
    tables: policies(policy, OWNED_TABLES),
    grants: GRANTS,
    functions: FUNCTIONS,
    state: DECLARED_STATE,
  };
}
