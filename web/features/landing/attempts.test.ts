import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { setUpApiFixture } from '../../../test/support/api-fixture.ts';
import { signToken } from '../../../test/support/test-token.ts';
import { ATTEMPTS, SDL } from './attempts.ts';

const fixture = setUpApiFixture();

describe('the example of the start page', () => {
  // covers: LANDING-01
  test('consists of lines of schema/task.graphql, in their order', () => {
    const lines = readFileSync(path.resolve(import.meta.dirname, '../../../schema/task.graphql'), 'utf8').split('\n');
    let from = 0;
    for (const line of SDL.split('\n').filter((text) => text !== '' && text.trim() !== '…')) {
      const found = lines.indexOf(line, from);
      expect([line, found >= from]).toEqual([line, true]);
      from = found + 1;
    }
  });

  // covers: LANDING-01
  test.each(ATTEMPTS)(
    'the request "$label" is answered with $status as the page says, without a statement',
    async ({ query, asDemo, status }) => {
      const { response, statements } = await fixture.executeCounted(
        query,
        asDemo ? { token: signToken(fixture.seeded.bob) } : {},
      );
      expect([response.status, statements]).toEqual([status, []]);
    },
  );
});
