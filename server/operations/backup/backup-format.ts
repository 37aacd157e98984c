import { z } from 'zod';
import { OperatorError } from '../operator-error.ts';

/** The first entry of an archive: what it holds, and which Fieldgate can restore it. */
export const DESCRIPTION_ENTRY = 'fieldgate-backup.json';
/** The last entry: name, size and SHA-256 of every other one, a JSON object a line. */
export const CHECKSUMS_ENTRY = 'checksums.jsonl';

/** The version of the archive's format that this code writes and reads. */
export const FORMAT = 1;

const Description = z.object({
  format: z.literal(FORMAT),
  /** The version of Fieldgate that wrote it. */
  fieldgate: z.string().max(100),
  createdAt: z.iso.datetime(),
  /** PostgreSQL's major version: the data files fit no other. */
  postgres: z.string().regex(/^\d+$/),
  /** Operating system and processor, such as `linux-x64`: the data files are of this machine's layout. */
  platform: z.string().max(100),
  /** The timestamps of the migrations that the database has. */
  migrations: z.array(z.number().int().positive()).max(10_000),
  /** Whether it contains secrets.json and the key files. */
  secrets: z.boolean(),
});
/** What an archive holds. */
export type Description = z.output<typeof Description>;

const Checksum = z.strictObject({
  name: z.string(),
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
/** The checksum of one entry. */
export type Checksum = z.output<typeof Checksum>;

/** What this installation can restore. */
export interface Installed {
  readonly postgres: string;
  readonly platform: string;
  readonly migrations: readonly number[];
}

/** The operating system and processor of this process. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/** Returns the error for an archive that is not whole. */
export function damagedArchive(file: string, reason: string, cause?: unknown): OperatorError {
  return new OperatorError(
    `${file} is damaged or no backup of Fieldgate: ${reason}. Nothing was changed; restore another backup.`,
    { cause },
  );
}

/** @throws {OperatorError} if the text is not the description of an archive of this format */
export function parseDescription(file: string, text: string): Description {
  const value = parseJson(file, text);
  const format = z.object({ format: z.number() }).safeParse(value);
  if (format.success && format.data.format !== FORMAT)
    throw new OperatorError(
      `${file} has the format ${format.data.format}, and this Fieldgate reads ${FORMAT}: restore it with the version of Fieldgate that wrote it. Nothing was changed.`,
    );
  const description = Description.safeParse(value);
  if (!description.success) throw damagedArchive(file, `${DESCRIPTION_ENTRY} is not valid`);
  return description.data;
}

/** @throws {OperatorError} if a line is not a checksum */
export function parseChecksums(file: string, text: string): readonly Checksum[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const checksum = Checksum.safeParse(parseJson(file, line));
      if (!checksum.success) throw damagedArchive(file, `a line of ${CHECKSUMS_ENTRY} is not valid`);
      return checksum.data;
    });
}

/** @throws {OperatorError} saying which installation the archive needs, if it is not this one */
export function assertRestorable(file: string, description: Description, installed: Installed): void {
  const { postgres, platform, migrations, fieldgate } = description;
  const refuse = (reason: string) => {
    throw new OperatorError(`${file} ${reason} Nothing was changed.`);
  };
  if (postgres !== installed.postgres)
    refuse(
      `is of PostgreSQL ${postgres}, and this Fieldgate has PostgreSQL ${installed.postgres}: restore it with Fieldgate ${fieldgate}.`,
    );
  if (platform !== installed.platform)
    refuse(`is of a machine with ${platform}, and this one has ${installed.platform}: restore it on such a machine.`);
  const unknown = migrations.filter((timestamp) => !installed.migrations.includes(timestamp));
  if (unknown.length > 0)
    refuse(
      `has ${unknown.length} migrations that this Fieldgate does not know: restore it with Fieldgate ${fieldgate} or newer.`,
    );
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damagedArchive(file, 'it contains text that is not JSON', error);
  }
}
