import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readIfThere, writeWhole } from '../files.ts';

/** Something that is made from files and stays good until one of them changes. */
export interface Product {
  /** What it is made from: files and folders, absolute. */
  readonly inputs: readonly string[];
  /** What is made: a change or loss of these makes it stale too. */
  readonly outputs: readonly string[];
  /** Where the fingerprint is kept; best inside what is made. */
  readonly record: string;
  /** Whether a file counts, by its absolute path. */
  readonly counts: (file: string) => boolean;
}

/** Whether a product must be made again: its inputs or outputs differ from those of the last success. */
export function isStale(product: Product): boolean {
  return readIfThere(product.record) !== fingerprint(product);
}

/** Records a success. Not to be called before everything has been made. */
export function recordMade(product: Product): void {
  writeWhole(product.record, fingerprint(product), 0o644);
}

/** Forgets the last success, so that an interruption from here on leaves the product stale. */
export function forgetMade(product: Product): void {
  fs.rmSync(product.record, { force: true });
}

/** By content, not by time: a checkout or a copy touches every file and changes none. */
function fingerprint({ inputs, outputs, counts, record }: Product): string {
  const hash = createHash('sha256');
  for (const root of [...inputs, ...outputs])
    for (const file of filesUnder(root, (entry) => outputs.includes(root) || counts(entry))) {
      if (file === record) continue;
      hash
        .update(`${file.slice(path.dirname(root).length)}\0`)
        .update(fs.readFileSync(file))
        .update('\0');
    }
  return hash.digest('hex');
}

function filesUnder(root: string, counts: (file: string) => boolean): string[] {
  const stats = fs.statSync(root, { throwIfNoEntry: false });
  if (stats === undefined || (!counts(root) && stats.isFile())) return [];
  if (!stats.isDirectory()) return [root];
  const entries = fs.readdirSync(root).toSorted();
  return entries.flatMap((name) => (counts(path.join(root, name)) ? filesUnder(path.join(root, name), counts) : []));
}
