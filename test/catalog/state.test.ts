import { expect, test } from 'vitest';
import { formatState } from '../../server/data/admin/catalog/declared-state.ts';
import { readState } from '../../server/data/admin/catalog/catalog-state.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { setUpEmptyDatabase } from '../support/empty-database-fixture.ts';

const there = setUpEmptyDatabase();

// covers: DATA-05
test('the declared state is what the migrations leave behind: `vitest -u` writes it anew', async () => {
  const entries = await withClient(there.database.owner, async (client) => {
    await client.query('begin');
    return readState(client, ['app', 'auth']);
  });
  await expect(formatState(entries)).toMatchFileSnapshot('../../server/data/admin/catalog/state.jsonl');
});
