import { describeRules } from './rule-descriptions.ts';
import type { AccessMap, Cell, MappedArgument, MappedField } from './access-map.ts';
import { isRestrictive } from './rule.ts';

/** The words of the map's cells, and what each says. */
export const MAP_LEGEND: readonly (readonly [word: string, says: string])[] = [
  ['yes', 'every object there is'],
  ['own rows', "only objects that are the caller's own; of another's it looks as if there were none"],
  ['no rows', 'nothing: these are objects of somebody else'],
  ["null on others'", "the field is null on an object that is not the caller's, with FORBIDDEN beside the answer"],
  ['a code', 'the whole request is refused before anything runs'],
  ['–', 'nothing here has an owner'],
];

/** What a field asks of whoever reads it, in words, on one line. */
export function describeField({ rules }: MappedField): string {
  const text = describeRules(rules.filter(isRestrictive));
  if (text !== null) return text;
  const reasons = new Set(rules.flatMap((rule) => (rule.kind === 'public' ? [rule.reason] : [])));
  return `anyone: ${[...reasons].join(' ')}`.replaceAll(/\s+/g, ' ');
}

/** What an owner argument takes, in words. */
export function describeArgument({ type }: MappedArgument): string {
  const value = type.startsWith('[') ? "ids, each of them the caller's own" : "the caller's own id";
  return `${value}${type.endsWith('!') ? '' : ', or nothing'}; any other id: FORBIDDEN`;
}

/** A cell in a few words. */
export function describeCell(cell: Cell | null): string {
  if (cell === null) return '–';
  if (cell.outcome === 'refused') return cell.code;
  const conditions = [
    ...(cell.maxAge === null ? [] : [`signed in within ${cell.maxAge} s`]),
    ...(cell.emailVerified ? ['e-mail verified'] : []),
  ];
  const text = OUTCOME_LABELS[cell.outcome];
  return conditions.length === 0 ? text : `${text}, if ${conditions.join(' and ')}`;
}

const OUTCOME_LABELS = {
  allowed: 'yes',
  'own rows': 'own rows',
  'no rows': 'no rows',
  withheld: "null on others'",
} as const;

/**
 * The map in columns, a line a field, for a terminal.
 * @param paint is given the words of each cell, and answers with what to print in their place, of the same width
 */
export function renderMapText(
  map: AccessMap,
  paint: (text: string, cell: Cell | null) => string = (text) => text,
): string {
  const rows = map.fields.map((field) => {
    const cells = map.audiences.map((audience) => field.cells[audience] ?? null);
    return { coordinate: field.coordinate, cells, asks: describeField(field) };
  });
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  const first = longest([...map.fields, ...map.arguments].map(({ coordinate }) => coordinate));
  const widths = map.audiences.map((audience, index) =>
    longest([audience, ...rows.map(({ cells }) => describeCell(cells[index] ?? null))]),
  );
  const line = (coordinate: string, cells: readonly string[], asks: string) =>
    [coordinate.padEnd(first), ...cells, asks].join('  ');
  const padding = (text: string, index: number) => ' '.repeat((widths[index] ?? 0) - text.length);

  const head = map.audiences.map((audience, index) => audience + padding(audience, index));
  const body = rows.map(({ coordinate, cells, asks }) => {
    const coloredCells = cells.map(
      (cell, index) => paint(describeCell(cell), cell) + padding(describeCell(cell), index),
    );
    return line(coordinate, coloredCells, asks);
  });
  const args = map.arguments.map((argument) => `${argument.coordinate.padEnd(first)}  ${describeArgument(argument)}`);
  return [line('', head, 'asks'), ...body, '', ...args].join('\n');
}

/**
 * The map as Markdown, to be committed beside the schema: a line a field and no padding, so that a change of who may
 * reach a field is a change of that line.
 * @param command what writes the file, for whoever finds it out of date
 */
export function renderMapMarkdown(map: AccessMap, command: string): string {
  const row = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
  const fields = map.fields.map((field) => [
    `\`${field.coordinate}\``,
    describeField(field),
    ...map.audiences.map((audience) => describeCell(field.cells[audience] ?? null)),
  ]);
  const args = map.arguments.map((argument) => [`\`${argument.coordinate}\``, describeArgument(argument)]);
  return `# Who may reach what

Made from the schema by \`${command}\`: not to be edited. A line that changes here changes who may reach that field.
\`owner\` owns every object at hand, \`other\` none of them; whoever is neither owns some.

${table(
  ['in a cell', 'says'],
  MAP_LEGEND.map((entry) => [...entry]),
)}

## Fields

${table(['field', 'asks', ...map.audiences], fields)}

## Arguments that name an owner

${table(['argument', 'takes'], args)}
`;
}

/** In a table a bar ends the cell. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
