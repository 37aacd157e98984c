import { expect, test } from 'vitest';
import { describeRowScope } from './row-scope.ts';

test.each([
  [null, "only the caller's own"],
  [
    { roles: ['ADMIN', 'AUDITOR'], rules: [] },
    "every owner's to read, through orRoles [ADMIN, AUDITOR]; where the operation asks for its own, only those",
  ],
  [
    { roles: ['ADMIN'], rules: ['@owner(field: "maker") at Box (box.graphql:5)'] },
    `every owner's to read, through orRoles [ADMIN], held by @owner(field: "maker") at Box (box.graphql:5) all the same; where the operation asks for its own, only those`,
  ],
])(
  'others’ rows are told of with the roles that open them and the rules that hold all the same: %j',
  (others, words) => {
    expect(describeRowScope(others)).toBe(words);
  },
);
