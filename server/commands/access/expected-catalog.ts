import { type Policy, rlsPolicies } from '../../access/index.ts';
import type { DeclaredCatalog } from '../../data/admin/catalog/declared-catalog.ts';
import { DECLARED_STATE } from '../../data/admin/catalog/declared-state.ts';
import { POLICY_FUNCTIONS, GRANTS, OWNED_TABLES } from '../../data/admin/privileges.ts';
import { RUNTIME_ROLES } from '../../data/admin/runtime-roles.ts';

/** Returns the catalog that the schema and the declared privileges require of the database. */
export function expectedCatalog(policy: Policy): DeclaredCatalog {
  return {
    roles: Object.values(RUNTIME_ROLES),
    tables: rlsPolicies(policy, OWNED_TABLES),
    grants: GRANTS,
    functions: POLICY_FUNCTIONS,
    state: DECLARED_STATE,
  };
}
