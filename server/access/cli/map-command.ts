import { accessMap, type Cell, MAP_LEGEND, renderMapMarkdown, renderMapText } from '../index.ts';
import {
  type Command,
  EXIT,
  FORMAT_OPTIONS,
  formatIn,
  OTHER_DIRECTIVE_OPTION,
  parseCommandLine,
  SCHEMA_OPTION,
  schemaReferences,
} from './command.ts';
import { loadPolicy } from './load-input.ts';
import { paint } from './paint.ts';

const FORMATS = ['text', 'markdown', 'json'] as const;
const COLOURS = {
  allowed: 'green',
  'own rows': 'cyan',
  withheld: 'yellow',
  null: 'yellow',
  'no rows': 'yellow',
  refused: 'red',
} as const;

/** Colours one cell of the map on a terminal; null is a heading. */
export const paintCell = (text: string, cell: Cell | null): string =>
  paint(cell === null ? 'dim' : COLOURS[cell.outcome], text);

/** `fieldgate map`: prints what each audience may read or run. */
export const mapCommand: Command = {
  summary: 'prints what each audience may read or run',
  help: `fieldgate map <schema>… [--format text|markdown|json] [--other-directive <name>]…

  <schema>                  SDL files, folders, globs in quotes, or one module that exports a GraphQLSchema
  --format <format>         text (default), markdown (a file to commit: a review then shows each change), or json
  --json                    the same as --format json
  --other-directive <name>  a directive that has nothing to do with access; may be repeated

Exit code: 0, or 2 if the schema is not a complete access policy.`,
  async run(args, print) {
    const options = { ...SCHEMA_OPTION, ...FORMAT_OPTIONS, ...OTHER_DIRECTIVE_OPTION };
    const { values, positionals } = parseCommandLine(args, options);
    const format = formatIn(values, FORMATS);
    const references = schemaReferences(values, positionals);
    const map = accessMap(await loadPolicy(references, 'The schema', values['other-directive']));
    switch (format) {
      case 'text':
        print(`${renderMapText(map, paintCell)}\n\n${legend()}`);
        break;
      case 'markdown':
        print(renderMapMarkdown(map, `fieldgate map ${references.join(' ')} --format markdown`));
        break;
      case 'json':
        print(JSON.stringify(map, null, 2));
    }
    return EXIT.fine;
  },
};

function legend(): string {
  const width = Math.max(...MAP_LEGEND.map(([label]) => label.length));
  return MAP_LEGEND.map(([label, meaning]) => `${label.padEnd(width)}  ${meaning}`).join('\n');
}
