import type { GraphQLSchema, Source } from 'graphql';
import { InvalidSchemaError } from '../index.ts';
import {
  type Command,
  EXIT,
  JSON_OPTION,
  OTHER_DIRECTIVE_OPTION,
  parseCommandLine,
  SCHEMA_OPTION,
  schemaReferences,
  UsageError,
} from './command.ts';
import { assertWritable, definitionsFor, writeDefinitions } from './definitions.ts';
import { type Annotatable, appendDirectives, applyEdits, type Edit } from './edit-source.ts';
import { formatPlace, inOrder, type Place, placeOf, problemsOf } from './finding.ts';
import { loadSdl, missingDefinitions } from './load-input.ts';
import { type Proposal, proposeRules } from './propose-rules.ts';
import { readSdlFiles, readTextFile, writeTextFile } from './read-files.ts';

/** `fieldgate init`: prints the fields without a rule and proposes rules. Writes them with `--write` only. */
export const initCommand: Command = {
  summary: 'prints the fields without an access rule and proposes rules; --write adds them to the files',
  help: `fieldgate init <schema>… [--write] [--json] [--other-directive <name>]…

  <schema>                  SDL files, folders, globs in quotes, or modules with gql templates
  --write                   adds the proposed rules to the files, and writes access.graphql with the definitions; asks stay open
  --json                    prints JSON
  --other-directive <name>  a directive that has nothing to do with access; may be repeated

A proposal comes from names and types. Review each before you commit it.
Exit code: 0 every field has a rule, 1 fields have none (before --write; after it, those about which it asks), 2 the schema cannot be read.`,
  async run(args, print) {
    const options = {
      ...SCHEMA_OPTION,
      ...OTHER_DIRECTIVE_OPTION,
      ...JSON_OPTION,
      write: { type: 'boolean' },
    } as const;
    const { values, positionals } = parseCommandLine(args, options);
    const sources = readSdlFiles(schemaReferences(values, positionals));
    const schema = loadValidSdl(sources);
    const proposals = locate(schema, proposeRules(schema, problemsOf(schema, values['other-directive'] ?? [])));
    const asks = proposals.filter(({ directive }) => directive === null);
    const written = values.write === true ? write(schema, sources, proposals) : [];
    print(
      values.json ? JSON.stringify({ proposals, written }, null, 2) : format(proposals, written, values.write === true),
    );
    return (values.write === true ? asks : proposals).length === 0 ? EXIT.fine : EXIT.findings;
  },
};

interface LocatedProposal extends Proposal {
  readonly place: Place | null;
}

function loadValidSdl(sources: readonly Source[]): GraphQLSchema {
  try {
    return loadSdl(sources).schema;
  } catch (error) {
    if (!(error instanceof InvalidSchemaError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function locate(schema: GraphQLSchema, proposals: readonly Proposal[]): readonly LocatedProposal[] {
  return inOrder(proposals.map((proposal) => ({ ...proposal, place: placeOf(nodeAt(schema, proposal.coordinate)) })));
}

function nodeAt(schema: GraphQLSchema, coordinate: string): Annotatable | null {
  const [typeName = '', field] = coordinate.split('.');
  const type = schema.getType(typeName);
  if (!type || !('getInterfaces' in type)) return null;
  const node = field === undefined ? type.astNode : type.getFields()[field]?.astNode;
  return node ?? null;
}

/** Adds the proposed directives to their files; returns the names of the files that were written. */
function write(
  schema: GraphQLSchema,
  sources: readonly Source[],
  proposals: readonly LocatedProposal[],
): readonly string[] {
  const definitions = definitionsFor(sources[0]?.name ?? '', missingDefinitions(sources), []);
  if (definitions !== null) assertWritable(definitions);
  const edits = new Map<string, Edit[]>();
  for (const { coordinate, directive } of proposals) {
    const node = nodeAt(schema, coordinate);
    if (directive === null || !node?.loc) continue;
    const file = node.loc.source.name;
    edits.set(file, [...(edits.get(file) ?? []), appendDirectives(node, directive)]);
  }
  const changed = sources.filter(({ name }) => edits.has(name));
  // The text of the file, because the source of a module has its SDL only.
  for (const { name } of changed) writeTextFile(name, applyEdits(readTextFile(name), edits.get(name) ?? []));
  if (definitions !== null) writeDefinitions(definitions);
  return [...changed.map(({ name }) => name), ...(definitions === null ? [] : [definitions.file])];
}

function format(proposals: readonly LocatedProposal[], written: readonly string[], isWrite: boolean): string {
  if (proposals.length === 0)
    return ['Every field has an access rule. `fieldgate check` checks the rules.', ...fileLines(written)].join('\n');
  const line = ({ place, coordinate, directive, reason }: LocatedProposal) =>
    `  ${place === null ? '' : `${formatPlace(place)} `}${coordinate}: ${directive === null ? '' : `${directive}, `}${reason}`;
  const section = (title: string, items: readonly LocatedProposal[]) =>
    items.length === 0 ? [] : [`${title} (${items.length}):`, ...items.map(line), ''];
  const asks = proposals.filter(({ directive }) => directive === null);
  return [
    ...section(
      isWrite ? 'Written' : 'Proposed',
      proposals.filter(({ directive }) => directive !== null),
    ),
    ...section('To decide: the names do not tell', asks),
    ...(isWrite ? fileLines(written) : ['Nothing is written. --write adds the proposed rules to the files.']),
    'The server starts when every field has a rule: `fieldgate check`.',
  ].join('\n');
}

const fileLines = (written: readonly string[]): readonly string[] => written.map((file) => `Wrote ${file}.`);
