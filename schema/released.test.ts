import fs from 'node:fs';
import { expect, test } from 'vitest';
import { ACCEPTED_FILE, reviewChanges } from '../server/commands/access/accepted-changes.ts';
import { changesSinceRelease } from '../server/commands/access/released-schema.ts';

// covers: DIFF-03
test('every change since schema/released.graphql that widens access or breaks clients is listed in schema/accepted-changes.md', () => {
  const problems = reviewChanges(changesSinceRelease(), fs.readFileSync(ACCEPTED_FILE, 'utf8'));
  expect(problems, problems.join('\n')).toEqual([]);
});
