import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { describeReadError, OperatorError } from '../operator-error.ts';
import {
  CHECKSUMS_ENTRY,
  type Checksum,
  damagedArchive,
  DESCRIPTION_ENTRY,
  type Description,
  parseChecksums,
  parseDescription,
} from './backup-format.ts';

/** The most bytes of an entry that is read into memory. A line of the checksums has about 150. */
const TEXT_LIMIT_BYTES = 256 * 2 ** 20;
/** Names that an archive may have: below `data/`, without `..`, as PostgreSQL and Fieldgate name their files. */
const NAME = /^data(\/(?!\.{1,2}(\/|$))[\w.-]{1,100}){1,20}$/;

/** The options of `readArchive`. */
export interface ReadArchiveOptions {
  /** Called with the description before any other entry; may throw. */
  readonly onDescription?: (description: Description) => void;
  /** A folder into which the entries below `data/` are written. Default: none, they are only verified. */
  readonly into?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads an archive to its end and verifies the name, size and SHA-256 of each entry. The checksums come last: what was
 * written into a folder is valid once this returns, and not before.
 * @throws {OperatorError} if the file cannot be read, is damaged or truncated, or has an entry that no backup has
 */
export async function readArchive(
  file: string,
  { onDescription, into, signal }: ReadArchiveOptions = {},
): Promise<Description> {
  const seen = new Map<string, Checksum>();
  let description: Description | undefined;
  let expected: readonly Checksum[] | undefined;
  try {
    for await (const { header, body } of openEntries(file, signal)) {
      const { name, type, size } = header;
      if (expected !== undefined) throw damagedArchive(file, `it goes on after ${CHECKSUMS_ENTRY}`);
      if (description === undefined) {
        if (name !== DESCRIPTION_ENTRY) throw damagedArchive(file, `it does not begin with ${DESCRIPTION_ENTRY}`);
        const text = await readText(file, header.size, body);
        description = parseDescription(file, text);
        seen.set(name, { name, size, sha256: createHash('sha256').update(text).digest('hex') });
        onDescription?.(description);
      } else if (name === CHECKSUMS_ENTRY) expected = parseChecksums(file, await readText(file, size, body));
      else if (type === 'directory') {
        const folder = safeName(file, name.replace(/\/$/, ''));
        await body.cancel();
        if (into !== undefined) fs.mkdirSync(path.join(into, folder), { recursive: true, mode: 0o700 });
      } else {
        const safe = safeName(file, name);
        if (type !== 'file') throw damagedArchive(file, `${name} is a ${type}, not a file`);
        if (seen.has(name)) throw damagedArchive(file, `it contains ${name} twice`);
        seen.set(name, { name, size, sha256: await copyEntry(body, into && path.join(into, safe)) });
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw describeFailure(file, error);
  }
  if (description === undefined) throw damagedArchive(file, 'it is empty');
  if (expected === undefined) throw damagedArchive(file, `it ends before ${CHECKSUMS_ENTRY}: it is truncated`);
  assertSameEntries(file, expected, seen);
  return description;
}

async function* openEntries(file: string, signal: AbortSignal | undefined): AsyncGenerator<ParsedTarEntry> {
  // modern-tar's errors and zlib's reach the loop; the source is destroyed when the loop ends early.
  const source = fs.createReadStream(file, { signal });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    const entries = Readable.toWeb(source.pipe(gunzip)).pipeThrough(
      createTarDecoder({ strict: true }) as ReadableWritablePair<ParsedTarEntry, Uint8Array>,
    );
    yield* entries;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** @throws {OperatorError} if the name could lead out of the folder, or is not one that a backup has */
function safeName(file: string, name: string): string {
  if (!NAME.test(name)) throw damagedArchive(file, `it contains ${JSON.stringify(name.slice(0, 200))}`);
  return name.slice('data/'.length);
}

async function readText(file: string, size: number, body: ReadableStream<Uint8Array>): Promise<string> {
  if (size > TEXT_LIMIT_BYTES) throw damagedArchive(file, 'an entry that describes it is too large');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Returns the SHA-256 of an entry, and writes it to `target` if there is one. The file is not synced: PostgreSQL syncs
 * its whole folder before it recovers (recovery_init_sync_method), and a restore writes the few others again.
 */
async function copyEntry(body: ReadableStream<Uint8Array>, target: string | undefined): Promise<string> {
  const hash = createHash('sha256');
  if (target !== undefined) fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  const handle = target === undefined ? undefined : await fs.promises.open(target, 'wx', 0o600);
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      await handle?.writeFile(chunk);
    }
  } finally {
    await handle?.close();
  }
  return hash.digest('hex');
}

function assertSameEntries(file: string, expected: readonly Checksum[], seen: ReadonlyMap<string, Checksum>): void {
  for (const { name, size, sha256 } of expected) {
    const found = seen.get(name);
    if (found === undefined) throw damagedArchive(file, `${name} is missing`);
    if (found.size !== size || found.sha256 !== sha256)
      throw damagedArchive(file, `${name} does not match its checksum`);
  }
  const known = new Set(expected.map(({ name }) => name));
  const extra = [...seen.keys()].find((name) => !known.has(name));
  if (extra !== undefined) throw damagedArchive(file, `${extra} has no checksum`);
}

/** Errors of the file system about the archive or the target keep their reason; all others mean a damaged archive. */
function describeFailure(file: string, error: unknown): unknown {
  if (error instanceof OperatorError) return error;
  if (error instanceof Error && 'syscall' in error)
    return 'path' in error && error.path !== file
      ? error
      : new OperatorError(`${file} cannot be read: ${describeReadError(error)}.`, { cause: error });
  const reason = error instanceof Error ? error.message.replace(/\.$/, '') : '';
  return damagedArchive(file, reason === '' ? 'its bytes are not valid' : reason, error);
}
