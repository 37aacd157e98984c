import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readFileIfExists, writeFileAtomically } from '../../server/operations/files.ts';

/** Something that is made from files and stays good until one of them changes. */
export interface BuildArtifact {
  /** What it is made from: files and folders, absolute. */
  readonly inputs: readonly string[];
  /** What is made: a change or loss of these makes it stale too. */
  readonly outputs: readonly string[];
  /** Where the fingerprint is kept; best inside what is made. */
  readonly fingerprintFile: string;
  /** Whether a file counts, by its absolute path. */
  readonly isIncluded: (file: string) => boolean;
}

/** Whether a product must be made again: its inputs or outputs differ from those of the last success. */
export function isStale(artifact: BuildArtifact): boolean {
  return readFileIfExists(artifact.fingerprintFile) !== fingerprint(artifact);
}

/** Records a success. Not to be called before everything has been made. */
export function recordBuild(artifact: BuildArtifact): void {
  writeFileAtomically(artifact.fingerprintFile, fingerprint(artifact), 0o644);
}

/** Forgets the last success, so that an interruption from here on leaves the product stale. */
export function invalidate(artifact: BuildArtifact): void {
  fs.rmSync(artifact.fingerprintFile, { force: true });
}

/** By content, not by time: a checkout or a copy touches every file and changes none. */
function fingerprint({ inputs, outputs, isIncluded, fingerprintFile }: BuildArtifact): string {
  const hash = createHash('sha256');
  for (const root of [...inputs, ...outputs])
    for (const file of filesUnder(root, (entry) => outputs.includes(root) || isIncluded(entry))) {
      if (file === fingerprintFile) continue;
      hash
        .update(`${file.slice(path.dirname(root).length)}\0`)
        .update(fs.readFileSync(file))
        .update('\0');
    }
  return hash.digest('hex');
}

function filesUnder(root: string, isIncluded: (file: string) => boolean): string[] {
  const stats = fs.statSync(root, { throwIfNoEntry: false });
  if (stats === undefined || (!isIncluded(root) && stats.isFile())) return [];
  if (!stats.isDirectory()) return [root];
  const entries = fs.readdirSync(root).toSorted();
  return entries.flatMap((name) =>
    isIncluded(path.join(root, name)) ? filesUnder(path.join(root, name), isIncluded) : [],
  );
}
