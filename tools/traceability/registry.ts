import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** The form of an id, as the source of a regular expression. */
export const ID_FORM = String.raw`[A-Z]+-?\d+(?:\.\d+)?`;

const id = z.string().regex(new RegExp(`^${ID_FORM}$`), 'is no id such as TOKEN-03, FR-012 or US4.2');
const sentence = z.string().min(1);

/** What threats and requirements have in common: where the proof is if it is not, or not only, a tagged test. */
const proof = {
  /** Proof that is no test title, e.g. a measurement or the attack suite; or what the tests leave out. */
  evidence: sentence.optional(),
  /** Why nothing proves it: it is not built, or not tested. */
  notBuilt: sentence.optional(),
};

const threat = z.strictObject({
  id,
  /** One sentence: what an attacker or a failure does. */
  threat: sentence,
  /** One sentence: what stops it. */
  defence: sentence,
  /** Paths from the root: the files that implement the defence, and the decisions behind it. */
  files: z.array(z.string()).min(1),
  /** What the defence does not stop; null if nothing is known. */
  remaining: sentence.nullable(),
  ...proof,
});

const requirement = z.strictObject({
  id,
  /** One sentence: what the system does. */
  requirement: sentence,
  /** Other threats or requirements whose tests prove this one, too. */
  sameAs: z.array(id).min(1).optional(),
  ...proof,
});

const threats = z.array(z.strictObject({ section: z.string(), threats: z.array(threat) }));
const requirements = z.array(z.strictObject({ section: z.string(), requirements: z.array(requirement) }));

export type Threat = z.infer<typeof threat>;
export type Requirement = z.infer<typeof requirement>;

/** All threats and requirements, in sections: each is one table of a document. */
export interface Registry {
  readonly threats: z.infer<typeof threats>;
  readonly requirements: z.infer<typeof requirements>;
}

export const THREATS_FILE = 'docs/threats.json';
export const REQUIREMENTS_FILE = 'docs/requirements.json';

/**
 * Reads the registry of threats and requirements.
 * @param root the repository's folder
 * @throws {Error} if a file is missing, is no JSON or has another form
 */
export function readRegistry(root: string): Registry {
  return {
    threats: readJson(root, THREATS_FILE, threats),
    requirements: readJson(root, REQUIREMENTS_FILE, requirements),
  };
}

function readJson<T>(root: string, file: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')));
  if (result.success) return result.data;
  throw new Error(`${file} has the wrong form:\n${z.prettifyError(result.error)}`);
}

/** Returns all threats and requirements in the order of the documents. */
export function entriesOf({ threats: groups, requirements: others }: Registry): readonly (Threat | Requirement)[] {
  return [...groups.flatMap((group) => group.threats), ...others.flatMap((group) => group.requirements)];
}
