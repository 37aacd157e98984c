import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { startScratchPostgres } from '../../../test/support/scratch-postgres.ts';
import { withClient } from '../../data/pg/with-client.ts';
import { acceptsConnections } from '../../operations/ports.ts';
import { withOwnerDatabase } from './owner-database.ts';

/** Returns the current role and the port. */
async function whoami(ownerUrl: string): Promise<string> {
  const statement = 'select current_user as name';
  const { rows } = await withClient(ownerUrl, (client) => client.query<{ name: string }>(statement));
  return `${rows[0]?.name}:${new URL(ownerUrl).port}`;
}

test('withOwnerDatabase uses a running embedded database and leaves it running, and starts and stops one that is not running', async () => {
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
