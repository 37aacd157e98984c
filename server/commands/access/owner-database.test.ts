import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { startScratchPostgres } from '../../../test/support/scratch-postgres.ts';
import { withClient } from '../../data/pg/with-client.ts';
import { acceptsConnections } from '../../operations/ports.ts';
import { withOwnerDatabase } from './owner-database.ts';

/** Who it is signed in as, and on which port. */
async function whoami(ownerUrl: string): Promise<string> {
  const question = 'select current_user as name';
  const { rows } = await withClient(ownerUrl, (client) => client.query<{ name: string }>(question));
  return `${rows[0]?.name}:${new URL(ownerUrl).port}`;
}

test('the embedded database is used where it runs, and runs on; where it does not it is started, and stopped again', async () => {
  const DATA_DIR = path.join(temporaryFolder(), 'data');
  const postgres = await startScratchPostgres(DATA_DIR);
  onTestFinished(() => postgres.discard());
  expect(await withOwnerDatabase({ DATA_DIR }, whoami)).toBe(`fieldgate:${postgres.port}`);
  expect(await acceptsConnections(postgres.port)).toBe(true);

  await postgres.stop();
  let port = 0;
  const work = withOwnerDatabase({ DATA_DIR }, async (url) => {
    port = Number(new URL(url).port);
    expect(await whoami(url)).toBe(`fieldgate:${port}`);
    throw new Error('The work failed.');
  });
  await expect(work).rejects.toThrow('The work failed.');
  expect(await acceptsConnections(port)).toBe(false);
  expect(await withOwnerDatabase({ DATA_DIR }, whoami)).toMatch(/^fieldgate:/);
}, 30_000);
