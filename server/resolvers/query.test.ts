import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stubData, callResolver } from '../../test/support/resolver-harness.ts';

test.each(['Query.viewer', 'Query.user'])('%s of a deleted account is UNAUTHENTICATED', async (coordinate) => {
  await expect(callResolver(coordinate, {}, stubData())).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED' },
  });
});

test('Query.status returns the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await callResolver('Query.status', {}, stubData())).toMatchObject({ version });
});
