import { expect, test } from 'vitest';
import { formatState } from '../../server/data/admin/catalog/declared-state.ts';
import { readState } from '../../server/data/admin/catalog/catalog-state.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';

const fixture = setUpEmptyDatabase();

// covers: DATA-05
test('declares the state that the migrations create (`vitest -u` updates it)', async () => {
  const entries = await withClient(fixture.database.owner, async (client) => {
    await client.query('begin');
    return readState(client, ['app', 'auth']);
  });
  await expect(formatState(entries)).toMatchFileSnapshot('../../server/data/admin/catalog/state.jsonl');
});
