import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { inRoot } from '../../server/operations/paths.ts';
import { buildFolder } from '../../web/config.ts';

const compress = promisify(brotliCompress);

/**
 * Writes `name.br` beside every text file of a build that a browser will ask for. Next compresses while it serves, and
 * then only with gzip; done once, brotli can take its time and saves a sixth.
 * @param buildDirectory what `next build` wrote
 * @returns how many files it wrote
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

if (import.meta.main) await precompress(inRoot('web', buildFolder()));
