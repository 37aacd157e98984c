import { type AccessChange, unsafeKinds } from '../../access/index.ts';
import { inRoot } from '../../operations/paths.ts';

/** The list of changes since the last release that widen access or break clients, each with its reason. */
export const ACCEPTED_FILE = inRoot('schema', 'accepted-changes.md');

/** The list without changes: what a release leaves. */
export const NO_ACCEPTED_CHANGES = `# Accepted changes

What widens access or breaks clients since [the released schema](released.graphql), each with its reason. \`npm test\` fails
on a change that is not listed and on a row without its change; \`npm run access -- diff schema/released.graphql\` explains
every change. \`npm run access -- release\` makes the current schema the released one and empties this list.

| element | kind | reason |
| --- | --- | --- |
`;

/** One row of the list. */
interface AcceptedChange {
  readonly line: number;
  readonly coordinate: string;
  readonly kind: string;
  readonly reason: string;
}

/**
 * Compares the changes since the last release with the accepted ones.
 * @param text the content of the list
 * @returns what is wrong, with what to do; empty if every change that needs a row has one, and every row its change
 */
export function reviewChanges(changes: readonly AccessChange[], text: string): readonly string[] {
  const accepted = parseAccepted(text);
  const needed = changes.flatMap((change) => unsafeKinds(change).map((kind) => ({ change, kind })));
  const isSame = (row: AcceptedChange, { change, kind }: (typeof needed)[number]) =>
    row.coordinate === change.coordinate && row.kind === kind;
  return [
    ...needed
      .filter((need) => !accepted.some((row) => isSame(row, need)))
      .map(({ change, kind }) => describeMissing(change, kind)),
    ...accepted.flatMap((row, index) => {
      const at = `schema/accepted-changes.md:${row.line} \`${row.coordinate}\` ${row.kind}`;
      const isRepeated =
        accepted.findIndex((other) => other.coordinate === row.coordinate && other.kind === row.kind) < index;
      if (isRepeated) return [`${at}: the row is there twice. Remove one.`];
      if (!needed.some((need) => isSame(row, need)))
        return [`${at}: the schema has no such change since the release. Remove the row.`];
      return /[\p{L}\p{N}]/u.test(row.reason) ? [] : [`${at}: the row has no reason. Write why the change is wanted.`];
    }),
  ];
}

function describeMissing({ coordinate, gains, details }: AccessChange, kind: string): string {
  const effect = kind === 'breaking' ? details.join('; ') : `${gains.join('; ')} gain access`;
  return (
    `${coordinate} is ${kind}: ${effect}. Take the change back, or list it in schema/accepted-changes.md with its reason:\n` +
    `  | \`${coordinate}\` | ${kind} | <reason> |`
  );
}

/** Returns the rows of the table. Every line that starts with a bar is one, except its head. */
function parseAccepted(text: string): readonly AcceptedChange[] {
  return text.split('\n').flatMap((content, index) => {
    if (!content.startsWith('|') || /^\|\s*(element\b|-)/.test(content)) return [];
    const [, coordinate = '', kind = '', ...reason] = content
      .replace(/\|\s*$/, '')
      .split('|')
      .map((cell) => cell.trim());
    return [{ line: index + 1, coordinate: coordinate.replaceAll('`', ''), kind, reason: reason.join('|') }];
  });
}
