import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { contractSources } from '../../load-contract.ts';
import { NO_ACCEPTED_CHANGES } from './accepted-changes.ts';
import { release } from './release-command.ts';
import { changesSinceRelease, printReleased } from './released-schema.ts';

/** Creates the files of a release after which `status` became public, with these rows in the list. */
function createRelease(rows: string) {
  const folder = temporaryFolder();
  const files = { released: path.join(folder, 'released.graphql'), accepted: path.join(folder, 'accepted-changes.md') };
  const sdl = printReleased(contractSources());
  fs.writeFileSync(files.released, sdl.replace('status: ServiceStatus! @public', 'status: ServiceStatus! @auth #'));
  fs.writeFileSync(files.accepted, `${NO_ACCEPTED_CHANGES}${rows}`);
  return files;
}

// covers: DIFF-03
describe('release', () => {
  test('writes the current schema and empties the list if every change is accepted', () => {
    const files = createRelease('| `Query.status` | wider | Monitoring has no account. |\n');
    expect(changesSinceRelease(files.released)).toHaveLength(1);
    release(files);
    expect(changesSinceRelease(files.released)).toEqual([]);
    expect(fs.readFileSync(files.accepted, 'utf8')).toBe(NO_ACCEPTED_CHANGES);
  });

  test('writes nothing, and names the change, if one is not accepted', () => {
    const files = createRelease('');
    const before = fs.readFileSync(files.released, 'utf8');
    expect(() => release(files)).toThrow(
      'The schema has changes that are not accepted:\nQuery.status is wider: anonymous callers gain access.',
    );
    expect(fs.readFileSync(files.released, 'utf8')).toBe(before);
  });

  test('writes the first release', () => {
    const files = createRelease('');
    fs.rmSync(files.released);
    release(files);
    expect(fs.readFileSync(files.released, 'utf8')).toBe(printReleased(contractSources()));
  });
});
