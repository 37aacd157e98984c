import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { buildFolder } from '../config.ts';

const compress = promisify(brotliCompress);

/**
 * Writes `<name>.br` beside every text file under `static/` of a build, for the static file handler to serve. Next
 * compresses while it serves, with gzip only; brotli at its highest quality saves a sixth of that, and runs once.
 * @param buildDirectory the output folder of `next build`
 * @returns the number of files written
 */
export async function precompress(buildDirectory: string): Promise<number> {
  const root = path.join(buildDirectory, 'static');
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.(css|js|json|svg)$/.test(name));
  for (const name of names) {
    const bytes = await readFile(path.join(root, name));
    const compressed = await compress(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength },
    });
    await writeFile(path.join(root, `${name}.br`), compressed);
  }
  return names.length;
}

if (import.meta.main) await precompress(path.join(import.meta.dirname, '..', buildFolder()));
