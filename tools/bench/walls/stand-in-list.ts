/** By wall: each of its modules, and the file in `stand-ins/` that takes its place. */
export const STAND_INS: Readonly<Record<string, readonly (readonly [module: string, standIn: string])[]>> = {
  decision: [
    ['server/access/authorize.ts', 'authorize.ts'],
    ['server/access/operation-planner.ts', 'operation-planner.ts'],
  ],
  guard: [['server/access/guard.ts', 'guard.ts']],
  policies: [
    ['server/data/pg/preambles.ts', 'preambles.ts'],
    ['server/data/admin/rls-role-check.ts', 'rls-role-check.ts'],
  ],
};
