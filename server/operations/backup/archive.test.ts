import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar, type ParsedTarEntryWithData, unpackTar } from 'modern-tar';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { OperatorError } from '../operator-error.ts';
import { createProgress } from '../progress.ts';
import { readArchive } from './archive-reader.ts';
import { writeArchive } from './archive-writer.ts';
import { CHECKSUMS_ENTRY, DESCRIPTION_ENTRY, type Description, PLATFORM } from './backup-format.ts';
import { restoreBackup } from './restore-backup.ts';

const DESCRIPTION: Description = {
  format: 1,
  fieldgate: '9.9.9',
  createdAt: '2026-11-22T00:00:00.000Z',
  postgres: '18',
  platform: PLATFORM,
  migrations: [1, 2],
  secrets: true,
};
const INSTALLED = { postgres: '18', platform: PLATFORM, migrations: [1, 2, 3] };

/** Bytes that do not compress: of a repeated byte, a changed archive may unpack to the same. */
const TABLE = Buffer.concat(
  Array.from({ length: 30_000 }, (_, index) => createHash('sha256').update(String(index)).digest()),
);

let folder: string;
let file: string;
beforeEach(async () => {
  folder = temporaryFolder();
  file = path.join(folder, 'backup.tar.gz');
  await write(DESCRIPTION);
});

async function write(description: Description): Promise<void> {
  fs.rmSync(file, { force: true });
  await writeArchive(file, {
    description,
    fill: async (archive) => {
      await archive.addFolder('data/postgres');
      await archive.addBytes('data/postgres/PG_VERSION', Buffer.from('18\n'));
      await archive.addBytes('data/postgres/table', TABLE);
      await archive.addBytes('data/secrets.json', Buffer.from('{}'));
    },
  });
}

/** Rewrites the archive with changed entries. */
async function tamper(change: (entries: ParsedTarEntryWithData[]) => unknown): Promise<void> {
  const entries = await unpackTar(gunzipSync(fs.readFileSync(file)));
  change(entries);
  fs.writeFileSync(file, gzipSync(await packTar(entries), { level: 1 }));
}

/** Tries to restore the archive. Returns the error's message, and checks that nothing was created. */
async function refusal(): Promise<string> {
  const dataDir = path.join(folder, 'restored');
  const progress = createProgress(() => undefined);
  const restore = restoreBackup({ file, dataDir, endSessions: true, installed: INSTALLED, progress });
  const error: unknown = await restore.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OperatorError);
  expect(fs.existsSync(dataDir)).toBe(false);
  return (error as Error).message;
}

const encoder = new TextEncoder();
const at = (entries: ParsedTarEntryWithData[], name: string): ParsedTarEntryWithData => {
  const entry = entries.find(({ header }) => header.name === name);
  if (entry === undefined) throw new Error(`There is no entry ${name}.`);
  return entry;
};
const fileEntry = (name: string, text = 'x'): ParsedTarEntryWithData => ({
  header: { name, size: text.length, type: 'file' },
  data: encoder.encode(text),
});

test('readArchive writes the entries of an archive into a folder', async () => {
  const into = path.join(folder, 'into');
  fs.mkdirSync(into);
  expect(await readArchive(file, { into })).toEqual(DESCRIPTION);
  expect(fs.readFileSync(path.join(into, 'postgres/table'))).toEqual(TABLE);
  expect(fs.readdirSync(into).toSorted()).toEqual(['postgres', 'secrets.json']);
});

// covers: LIVE-03
test('an archive has mode 0600, replaces no file, and leaves none if it cannot be finished', async () => {
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  const content = fs.readFileSync(file);
  const fill = () => Promise.resolve();
  await expect(writeArchive(file, { description: DESCRIPTION, fill })).rejects.toMatchObject({ code: 'EEXIST' });
  expect(fs.readFileSync(file)).toEqual(content);
  const other = path.join(folder, 'other.tar.gz');
  const failing = writeArchive(other, { description: DESCRIPTION, fill: () => Promise.reject(new Error('no more')) });
  await expect(failing).rejects.toThrow('no more');
  expect(fs.readdirSync(folder)).toEqual(['backup.tar.gz']);
});

test('an archive is written to a file system without links', async () => {
  const link = vi.spyOn(fs, 'linkSync').mockImplementation(() => {
    throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
  });
  onTestFinished(() => link.mockRestore());
  const other = path.join(folder, 'other.tar.gz');
  await writeArchive(other, { description: DESCRIPTION, fill: () => Promise.resolve() });
  expect(await readArchive(other)).toEqual(DESCRIPTION);
  expect(fs.readdirSync(folder).toSorted()).toEqual(['backup.tar.gz', 'other.tar.gz']);
});

// covers: LIVE-03
test('an aborted backup leaves no file', async () => {
  const other = path.join(folder, 'other.tar.gz');
  const abortController = new AbortController();
  const aborted = writeArchive(other, {
    description: DESCRIPTION,
    signal: abortController.signal,
    fill: async (archive) => {
      abortController.abort(new Error('stopped'));
      await archive.addBytes('data/postgres/table', Buffer.alloc(100));
    },
  });
  await expect(aborted).rejects.toThrow('stopped');
  expect(fs.readdirSync(folder)).toEqual(['backup.tar.gz']);
});

test('addFile pads a file that shrinks while it is read with zeros, and reports one that is missing', async () => {
  const source = path.join(folder, 'source');
  fs.writeFileSync(source, Buffer.alloc(2_500_000, 'y'));
  const other = path.join(folder, 'other.tar.gz');
  await writeArchive(other, {
    description: DESCRIPTION,
    fill: async (archive) => {
      const added = archive.addFile('data/postgres/shrinking', source);
      fs.truncateSync(source, 2_000_000);
      expect(await added).toBe(true);
      expect(await archive.addFile('data/postgres/missing', path.join(folder, 'missing'))).toBe(false);
    },
  });
  const into = path.join(folder, 'into');
  fs.mkdirSync(into);
  await readArchive(other, { into });
  const size = fs.statSync(path.join(into, 'postgres/shrinking')).size;
  expect([2_000_000, 2_500_000]).toContain(size);
  expect(fs.readdirSync(path.join(into, 'postgres'))).toEqual(['shrinking']);
});

describe('a restore refuses an archive and changes nothing', () => {
  // covers: LIVE-03
  test.each([0, 0.1, 0.5, 0.9, 0.99])('that is truncated to %d of its length', async (part) => {
    const content = fs.readFileSync(file);
    fs.writeFileSync(file, content.subarray(0, Math.floor(content.length * part)));
    expect(await refusal()).toMatch(/is damaged or no backup of Fieldgate: /);
  });

  // covers: LIVE-03
  test('that lacks its last bytes, however many', async () => {
    const content = fs.readFileSync(file);
    for (let missing = 1; missing < 24; missing += 3) {
      fs.writeFileSync(file, content.subarray(0, content.length - missing));
      expect(await refusal()).toMatch(/is damaged/);
    }
  });

  // covers: LIVE-03
  test.each([0, 0.05, 0.3, 0.6, 0.95])('of which a byte at %d of its length has changed', async (part) => {
    const content = fs.readFileSync(file);
    // The first ten bytes are gzip's header, of which some mean nothing.
    const position = part === 0 ? 0 : 10 + Math.floor((content.length - 18) * part);
    content[position] = (content[position] ?? 0) ^ 0xff;
    fs.writeFileSync(file, content);
    expect(await refusal()).toMatch(/is damaged/);
  });

  // covers: LIVE-03
  test.each([
    ['a folder', () => (fs.rmSync(file), fs.mkdirSync(file)), /cannot be read: it is a folder/],
    ['missing', () => fs.rmSync(file), /cannot be read: there is no such file/],
    ['plain text', () => fs.writeFileSync(file, 'select 1'), /is damaged/],
    ['another gzip file', () => fs.writeFileSync(file, gzipSync('select 1')), /is damaged/],
    ['followed by other bytes', () => fs.appendFileSync(file, 'more'), /is damaged or no backup of Fieldgate: \w/],
    ['an empty gzip file', () => fs.writeFileSync(file, gzipSync('')), /is damaged/],
  ])('that is %s', async (_, replace, expected) => {
    replace();
    expect(await refusal()).toMatch(expected);
  });

  // covers: LIVE-03
  test.each<readonly [string, (entries: ParsedTarEntryWithData[]) => unknown, string]>([
    [
      'a file with changed bytes',
      (e) => at(e, 'data/postgres/table').data?.set([(TABLE.at(-1) ?? 0) ^ 1], TABLE.length - 1),
      'does not match its checksum',
    ],
    ['a file less', (e) => e.splice(e.indexOf(at(e, 'data/secrets.json')), 1), 'data/secrets.json is missing'],
    ['a file more', (e) => e.splice(2, 0, fileEntry('data/postgres/extra')), 'has no checksum'],
    ['a file twice', (e) => e.splice(2, 0, fileEntry('data/secrets.json')), 'twice'],
    ['no description', (e) => e.shift(), `does not begin with ${DESCRIPTION_ENTRY}`],
    ['no checksums', (e) => e.pop(), 'truncated'],
    ['a file after the checksums', (e) => e.push(fileEntry('data/postgres/extra')), 'goes on after'],
    ['checksums that are not JSON', (e) => (e[e.length - 1] = fileEntry(CHECKSUMS_ENTRY, '{')), 'not JSON'],
    ['checksums of another form', (e) => (e[e.length - 1] = fileEntry(CHECKSUMS_ENTRY, '{"name":1}')), 'not valid'],
    ['a description that is not JSON', (e) => (e[0] = fileEntry(DESCRIPTION_ENTRY, '{')), 'not JSON'],
    ['a description of another form', (e) => (e[0] = fileEntry(DESCRIPTION_ENTRY, '{"format":1}')), 'not valid'],
    ...[
      'data/../../outside',
      '/tmp/outside',
      'data/postgres/../x',
      'data/./x',
      'outside',
      'data//x',
      'data/a b',
      'data/é',
    ].map(
      (name) =>
        [
          `a file named ${name}`,
          (e: ParsedTarEntryWithData[]) => e.splice(2, 0, fileEntry(name)),
          'it contains',
        ] as const,
    ),
    ...(['symlink', 'link', 'fifo', 'character-device'] as const).map(
      (type) =>
        [
          `a ${type}`,
          (e: ParsedTarEntryWithData[]) =>
            e.splice(2, 0, { header: { name: 'data/postgres/link', size: 0, type, linkname: '/etc/passwd' } }),
          `is a ${type}`,
        ] as const,
    ),
  ])('with %s', async (_, change, expected) => {
    await tamper(change);
    const message = await refusal();
    expect(message).toContain(expected);
    expect(message).toContain('Nothing was changed');
  });

  // covers: LIVE-03
  test.each<readonly [string, Partial<Description>, RegExp]>([
    ['another format', { format: 2 as 1 }, /has the format 2, and this Fieldgate reads 1: restore it with the version/],
    [
      'another PostgreSQL',
      { postgres: '17' },
      /is of PostgreSQL 17, .* has PostgreSQL 18: restore it with Fieldgate 9\.9\.9/,
    ],
    ['another machine', { platform: 'plan9-mips' }, /is of a machine with plan9-mips/],
    [
      'a newer Fieldgate',
      { migrations: [1, 2, 4, 5] },
      /has 2 migrations that this Fieldgate does not know: .*9\.9\.9 or newer/,
    ],
    ['a database without its secrets', { secrets: false }, /--without-secrets: add --secrets <folder>/],
  ])('of %s', async (_, change, expected) => {
    await write({ ...DESCRIPTION, ...change });
    expect(await refusal()).toMatch(expected);
  });

  // covers: LIVE-02
  test('into a folder that is not empty', async () => {
    const dataDir = path.join(folder, 'used');
    fs.mkdirSync(dataDir);
    fs.writeFileSync(path.join(dataDir, 'secrets.json'), 'mine');
    const progress = createProgress(() => undefined);
    const restore = restoreBackup({ file, dataDir, endSessions: true, installed: INSTALLED, progress });
    await expect(restore).rejects.toThrow(/is not empty \(it contains secrets\.json\): move it away/);
    expect(fs.readdirSync(dataDir)).toEqual(['secrets.json']);
  });
});

// covers: LIVE-02
test('a restore whose database cannot be started leaves an empty folder, into which another backup can be restored', async () => {
  const dataDir = path.join(folder, 'restored');
  const progress = createProgress(() => undefined);
  const restore = () => restoreBackup({ file, dataDir, endSessions: true, installed: INSTALLED, progress });
  await expect(restore()).rejects.toThrow(/is damaged/);
  expect(fs.readdirSync(dataDir).filter((name) => !name.startsWith('lock'))).toEqual([]);
  // It is not refused for what the first attempt left.
  await expect(restore()).rejects.toThrow(/secrets\.json is damaged/);
});
