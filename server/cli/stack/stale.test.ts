import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/setup/folder.ts';
import { forgetMade, isStale, type Product, recordMade } from './stale.ts';

function madeProduct(): { product: Product; write: (file: string, text: string) => void; folder: string } {
  const folder = temporaryFolder();
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  write('source/a.ts', 'a');
  write('source/deep/b.ts', 'b');
  write('source/ignored.md', 'words');
  write('lock.json', '1');
  write('made/id', '42');
  const product = {
    inputs: [path.join(folder, 'source'), path.join(folder, 'lock.json')],
    outputs: [path.join(folder, 'made')],
    record: path.join(folder, 'made', 'fingerprint'),
    counts: (file: string) => !file.endsWith('.md'),
  };
  recordMade(product);
  return { product, write, folder };
}

describe('a product', () => {
  test('is not stale when nothing has changed, and not when only times have', () => {
    const { product, folder } = madeProduct();
    fs.utimesSync(path.join(folder, 'source/a.ts'), new Date(), new Date());
    expect(isStale(product)).toBe(false);
  });

  test.each([
    ['an input changed', 'source/deep/b.ts', 'c'],
    ['an input was added', 'source/deep/c.ts', ''],
    ['a file among the inputs changed', 'lock.json', '2'],
    ['an output changed', 'made/id', '43'],
  ])('is stale when %s', (_, file, text) => {
    const { product, write } = madeProduct();
    write(file, text);
    expect(isStale(product)).toBe(true);
  });

  test('is stale when an input moved, although its text is the same', () => {
    const { product, folder } = madeProduct();
    fs.renameSync(path.join(folder, 'source/a.ts'), path.join(folder, 'source/z.ts'));
    expect(isStale(product)).toBe(true);
  });

  test('is stale when an output is gone', () => {
    const { product, folder } = madeProduct();
    fs.rmSync(path.join(folder, 'made/id'));
    expect(isStale(product)).toBe(true);
  });

  test('is stale while it is being made: an interruption is no success', () => {
    const { product } = madeProduct();
    forgetMade(product);
    expect(isStale(product)).toBe(true);
  });

  test('does not care about files that do not count', () => {
    const { product, write } = madeProduct();
    write('source/ignored.md', 'other words');
    expect(isStale(product)).toBe(false);
  });

  test('is as fresh in another folder: a copied repository need not be built again', () => {
    const { product, folder } = madeProduct();
    const copy = temporaryFolder();
    fs.cpSync(folder, copy, { recursive: true });
    const there = (file: string) => file.replace(folder, copy);
    expect(
      isStale({
        ...product,
        inputs: product.inputs.map(there),
        outputs: product.outputs.map(there),
        record: there(product.record),
      }),
    ).toBe(false);
  });
});
