import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import { syncFolder } from '../files.ts';
import { CHECKSUMS_ENTRY, type Checksum, DESCRIPTION_ENTRY, type Description } from './backup-format.ts';

const CHUNK_BYTES = 2 ** 20;
/** Pages of a database compress to a fifth at this level; the higher ones cost three times the time for a tenth less. */
const GZIP_LEVEL = 1;

/** Writes the entries of an archive. */
export interface ArchiveWriter {
  /**
   * Adds as many bytes of a file as it has now. A database writes to its files meanwhile: what a file grows by is not
   * read, and what it shrinks by is zeros. The recovery from the WAL puts both right, as after pg_basebackup.
   * @returns false if the file does not exist: a table may be dropped meanwhile
   */
  readonly addFile: (name: string, file: string) => Promise<boolean>;
  readonly addBytes: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly addFolder: (name: string) => Promise<void>;
  /** The bytes of all entries so far. */
  readonly bytes: () => number;
}

/** The options of `writeArchive`. */
export interface WriteArchiveOptions {
  readonly description: Description;
  /** Adds the entries. */
  readonly fill: (archive: ArchiveWriter) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes an archive: a tar file, compressed with gzip, that begins with a description and ends with the checksums of all
 * entries. It has mode 0600 and gets its name when it is whole and on disk.
 * @param file its path, which must not exist
 * @throws what `fill` throws, or the error of a write; the unfinished file is removed
 */
export async function writeArchive(file: string, { description, fill, signal }: WriteArchiveOptions): Promise<void> {
  const unfinished = `${file}.unfinished-${process.pid}`;
  const { readable, controller } = createTarPacker();
  const output = fs.createWriteStream(unfinished, { mode: 0o600, flags: 'wx', flush: true });
  const written = pipeline(Readable.fromWeb(readable), createGzip({ level: GZIP_LEVEL }), output, { signal });
  // The first of both errors is thrown below: a full disk ends the filling too.
  written.catch((error: unknown) => controller.error(error));
  try {
    const archive = createWriter(controller, signal);
    await archive.addBytes(DESCRIPTION_ENTRY, Buffer.from(`${JSON.stringify(description, null, 2)}\n`));
    await fill(archive);
    const lines = archive.checksums.map((checksum) => `${JSON.stringify(checksum)}\n`).join('');
    await archive.addBytes(CHECKSUMS_ENTRY, Buffer.from(lines));
    controller.finalize();
    await written;
    publish(unfinished, file);
  } catch (error) {
    controller.error(error);
    await written.catch(() => undefined);
    signal?.throwIfAborted();
    throw output.errored ?? error;
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

/**
 * Gives a file its name. A link, unlike a rename, does not replace a file that another backup wrote meanwhile; some
 * file systems for backups (exFAT, CIFS) have no links.
 */
function publish(unfinished: string, file: string): void {
  try {
    fs.linkSync(unfinished, file);
  } catch (error) {
    if (fs.existsSync(file)) throw error;
    fs.renameSync(unfinished, file);
  }
  syncFolder(path.dirname(file));
}

function createWriter(
  controller: ReturnType<typeof createTarPacker>['controller'],
  signal: AbortSignal | undefined,
): ArchiveWriter & { readonly checksums: readonly Checksum[] } {
  const checksums: Checksum[] = [];
  let bytes = 0;
  const add = async (name: string, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
    const hash = createHash('sha256');
    const entry = controller.add({ name, size, mode: 0o600, type: 'file' }).getWriter();
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.length;
      await entry.write(chunk);
    }
    await entry.close();
    checksums.push({ name, size, sha256: hash.digest('hex') });
  };
  return {
    checksums,
    bytes: () => bytes,
    addBytes: (name, content) => add(name, content.length, [content]),
    async addFolder(name) {
      await controller.add({ name: `${name}/`, size: 0, mode: 0o700, type: 'directory' }).close();
    },
    async addFile(name, file) {
      const handle = await fs.promises.open(file, 'r').catch(ignoreMissing);
      if (handle === undefined) return false;
      try {
        const { size } = await handle.stat();
        await add(name, size, readExactly(handle, size));
        return true;
      } finally {
        await handle.close();
      }
    },
  };
}

async function* readExactly(handle: fs.promises.FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < size; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - offset));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
    // Past the end of a file that has shrunk, the rest of the chunk is zeros.
    const used = bytesRead === 0 ? chunk : chunk.subarray(0, bytesRead);
    offset += used.length;
    yield used;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
