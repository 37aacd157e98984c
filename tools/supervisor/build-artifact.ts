import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readFileIfExists, writeFileAtomically } from '../../server/operations/files.ts';

/** The result of a build step, which is up to date until an input or output file changes. */
export interface BuildArtifact {
  /** Files and folders that it is built from; absolute. */
  readonly inputs: readonly string[];
  /** Files and folders that are built; a change or loss of one makes the artifact stale too. */
  readonly outputs: readonly string[];
  /** The file that holds the fingerprint; best among the outputs. */
  readonly fingerprintFile: string;
  /** Whether a file below the inputs is part of them, by its absolute path. */
  readonly isIncluded: (file: string) => boolean;
}

/** Whether an artifact must be built: its inputs or outputs differ from those of the last successful build. */
export function isStale(artifact: BuildArtifact): boolean {
  return readFileIfExists(artifact.fingerprintFile) !== fingerprint(artifact);
}

/** Records a successful build; to be called after all outputs have been written. */
export function recordBuild(artifact: BuildArtifact): void {
  writeFileAtomically(artifact.fingerprintFile, fingerprint(artifact), 0o644);
}

/** Removes the record of the last build, so that an interrupted build leaves the artifact stale. */
export function invalidate(artifact: BuildArtifact): void {
  fs.rmSync(artifact.fingerprintFile, { force: true });
}

/** Hashes content, not modification times: a checkout or a copy touches every file and changes none. */
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
