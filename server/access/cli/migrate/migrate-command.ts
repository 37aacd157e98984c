import type { DocumentNode, Source } from 'graphql';
import {
  type Command,
  EXIT,
  JSON_OPTION,
  oneOf,
  parseCommandLine,
  SCHEMA_OPTION,
  schemaReferences,
  UsageError,
} from '../command.ts';
import { assertWritable, type Definitions, definitionsFor, writeDefinitions } from '../definitions.ts';
import { applyEdits } from '../edit-source.ts';
import { formatPlace, inOrder } from '../finding.ts';
import { missingDefinitions } from '../load-input.ts';
import { parseSource, readSdlFiles, readTextFile, writeTextFile } from '../read-files.ts';
import { migrateAmplify } from './amplify.ts';
import { migrateApollo } from './apollo.ts';
import { Migration, type MigrationOptions, type Note, UNDECIDED_SDL } from './migration.ts';
import { noteRoleType } from './note-role-type.ts';
import { noteUndefined } from './note-undefined.ts';
import { migrateRedwood } from './redwood.ts';
import { knownRules, migrateShield } from './shield.ts';
import { recordShield } from './shield-stand-in.ts';

/** The libraries, and the reason of `@public` for what they had open. */
const LIBRARIES = {
  amplify: 'Was public in Amplify.',
  redwood: 'Had @skipAuth in Redwood.',
  apollo: 'Was open in Apollo.',
  shield: 'Was allow in graphql-shield.',
} as const;
type Library = keyof typeof LIBRARIES;
const LIBRARY_NAMES = Object.keys(LIBRARIES) as readonly Library[];

/** `fieldgate migrate`: carries over the rules of another library. */
export const migrateCommand: Command = {
  summary: 'carries over the rules of Amplify, Redwood, Apollo or graphql-shield, and lists what cannot be',
  help: `fieldgate migrate --from amplify|redwood|apollo|shield <schema>… [--write] [--json]

  <schema>                SDL files, folders, globs in quotes, or modules with gql templates (Redwood's *.sdl.ts)
  --write                 changes the files, and writes access.graphql with the definitions
  --role <old>=<new>      the name in the enum Role for a role or group of the source; may be repeated
  --public-is-everyone    amplify: the API key is published, so \`allow: public\` means everyone
  --rules <module>        shield: the module that calls shield(…). It is imported, with a stand-in for graphql-shield
  --rule <name>=<rule>    shield: what a rule function means, such as isAdmin='@auth(roles: [ADMIN])'; may be repeated
  --json                  prints JSON

What cannot be carried over becomes @undecided(was: …), which no schema rule knows: the server does not start until you
have replaced each by a rule. No caller is admitted whom the source refused.
Exit code: 0 everything is carried over, 1 something must be decided, 2 the schema cannot be read.`,
  async run(args, print) {
    const options = {
      ...SCHEMA_OPTION,
      ...JSON_OPTION,
      from: { type: 'string' },
      write: { type: 'boolean' },
      role: { type: 'string', multiple: true },
      rules: { type: 'string' },
      rule: { type: 'string', multiple: true },
      'public-is-everyone': { type: 'boolean' },
    } as const;
    const { values, positionals } = parseCommandLine(args, options);
    if (values.from === undefined) throw new UsageError(`--from is required: one of ${LIBRARY_NAMES.join(', ')}.`);
    const library = oneOf('--from', values.from, LIBRARY_NAMES);
    const sources = readSdlFiles(schemaReferences(values, positionals));
    const migration = await migrate(library, sources.map(parseSource), {
      roles: new Map((values.role ?? []).map(parseRole)),
      publicIsEveryone: values['public-is-everyone'] ?? false,
      rules: values.rules,
      known: values.rule ?? [],
    });
    const definitions = definitionsOf(sources, migration);
    if (values.write === true) write(migration, definitions);
    const notes = inOrder(migration.notes);
    print(
      values.json
        ? JSON.stringify({ notes, files: changedFiles(migration), definitions: definitions?.sdl ?? null }, null, 2)
        : format(notes, migration, definitions, values.write === true),
    );
    return notes.some(({ kind }) => kind === 'undecided') ? EXIT.findings : EXIT.fine;
  },
};

interface AllOptions extends MigrationOptions {
  readonly rules: string | undefined;
  readonly known: readonly string[];
}

async function migrate(
  library: Library,
  documents: readonly DocumentNode[],
  { rules, known, ...options }: AllOptions,
): Promise<Migration> {
  const migration = new Migration(LIBRARIES[library]);
  if (library !== 'shield' && (rules !== undefined || known.length > 0))
    throw new UsageError('--rules and --rule are for graphql-shield only.');
  switch (library) {
    case 'amplify':
      migrateAmplify(documents, options, migration);
      break;
    case 'redwood':
      migrateRedwood(documents, options, migration);
      break;
    case 'apollo':
      migrateApollo(documents, migration);
      break;
    case 'shield': {
      if (rules === undefined) throw new UsageError('--rules is required: the module that calls shield(…).');
      const conditions = knownRules(known);
      migrateShield(documents, await recordShield(rules), conditions, migration);
    }
  }
  noteUndefined(documents, migration);
  noteRoleType(documents, migration);
  return migration;
}

function parseRole(text: string): readonly [string, string] {
  const [, old, renamed] = /^(.+)=(\w+)$/s.exec(text) ?? [];
  if (old === undefined || renamed === undefined)
    throw new UsageError(
      `--role ${JSON.stringify(text)} is no renaming: write <old>=<new>, such as site-admins=ADMIN.`,
    );
  return [old, renamed];
}

function definitionsOf(sources: readonly Source[], migration: Migration): Definitions | null {
  const hasUndecided = migration.notes.some(({ kind }) => kind === 'undecided');
  // Amplify's own definition of @auth is removed: ours is missing then.
  const missing = { ...missingDefinitions(sources), ...(migration.replacesAuth ? { directives: true } : {}) };
  const more = [
    ...migration.definitions,
    ...(hasUndecided ? [UNDECIDED_SDL] : []),
    ...(migration.scopes.size > 0
      ? [
          `extend schema @tokenScopes(names: [${[...migration.scopes].map((scope) => JSON.stringify(scope)).join(', ')}])`,
        ]
      : []),
  ];
  return definitionsFor(sources[0]?.name ?? '', missing, [...migration.roles].toSorted(), more.join('\n\n'));
}

function write(migration: Migration, definitions: Definitions | null): void {
  if (definitions !== null) assertWritable(definitions);
  for (const { file, text } of changedFiles(migration)) writeTextFile(file, text);
  if (definitions !== null) writeDefinitions(definitions);
}

/** Reads each file again, because the source of a module has its SDL only. */
function changedFiles({ edits }: Migration): readonly { readonly file: string; readonly text: string }[] {
  return [...edits].map(([file, changes]) => ({ file, text: applyEdits(readTextFile(file), changes) }));
}

function format(
  notes: readonly Note[],
  migration: Migration,
  definitions: Definitions | null,
  isWrite: boolean,
): string {
  const line = ({ place, coordinate, message }: Note) =>
    `  ${place === null ? '' : `${formatPlace(place)} `}${coordinate === null ? '' : `${coordinate}: `}${message}`;
  const section = (kind: Note['kind'], title: string) => {
    const lines = notes.filter((note) => note.kind === kind).map(line);
    return lines.length === 0 ? [] : [`${title} (${lines.length}):`, ...lines, ''];
  };
  const edits = [...migration.edits.values()].flat().length;
  const changed = `${count(edits, 'edit')} in ${count(migration.edits.size, 'file')}`;
  return [
    ...section('undecided', 'Not carried over, to decide'),
    ...section('narrower', 'Carried over for fewer callers'),
    ...section('check', 'To check'),
    isWrite
      ? `Wrote ${changed}${definitions === null ? '' : ` and ${definitions.file}`}.`
      : `${changed}. Nothing is written: --write changes the files, --json prints them.`,
    'Then: `fieldgate init` for fields without a rule, `fieldgate check` for all rules.',
  ].join('\n');
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
