export { UnsafeRoleError } from '../../../../server/data/admin/rls-role-check.ts';

/** Accepts a role that bypasses row-level security. */
export const assertRoleSubjectToRls = async (): Promise<void> => {};
