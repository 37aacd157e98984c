import { expect, test } from 'vitest';
import { describeRowScope } from './row-scope.ts';

test.each([
  [null, "only the caller's own"],
  [
    { roles: ['ADMIN', 'AUDITOR'], rules: [] },
    "those of all owners, read-only, through orRoles [ADMIN, AUDITOR]; only the caller's own if the operation requests those",
  ],
  [
    { roles: ['ADMIN'], rules: ['@owner(field: "maker") at Box (box.graphql:5)'] },
    `those of all owners, read-only, through orRoles [ADMIN], restricted by @owner(field: "maker") at Box (box.graphql:5); only the caller's own if the operation requests those`,
  ],
])(
  'describeRowScope names the roles that may read across owners and the rules that still apply: %j',
  (others, text) => {
    expect(describeRowScope(others)).toBe(text);
  },
);
