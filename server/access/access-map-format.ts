import { describeRules, describeScopes } from './rule-descriptions.ts';
import type { AccessMap, Cell, Conditions, MappedArgument, MappedField } from './access-map.ts';
import { isRestrictive } from './rule.ts';

/** The labels of the map's cells, with their meanings. */
export const MAP_LEGEND: readonly (readonly [label: string, meaning: string])[] = [
  ['yes', 'every object'],
  [
    'own rows',
    'only objects that the caller owns: the resolver must select them; if it returns another one, the guard discards the whole response',
  ],
  [
    'no rows',
    'none, because these objects belong to another user; if the resolver returns one, the guard discards the whole response',
  ],
  ["null on others'", 'the field is null, with a FORBIDDEN error, on objects that the caller does not own'],
  ['null (a code)', 'in a query the field is null, with an error of this code; a mutation is refused'],
  ['a code', 'the whole request is refused before execution'],
  ['–', 'no owner: the audience does not apply'],
];

/** Describes on one line what a field requires of the viewer. */
export function describeField({ rules }: MappedField): string {
  const text = describeRules(rules.filter(isRestrictive));
  if (text !== null) return text;
  const reasons = new Set(rules.flatMap((rule) => (rule.kind === 'public' ? [rule.reason] : [])));
  return `anyone: ${[...reasons].join(' ')}`.replaceAll(/\s+/g, ' ');
}

/** Describes the values that an argument or input field with a rule accepts. */
export function describeArgument({ rule, type }: MappedArgument): string {
  if (rule.kind === 'auth') return `a value requires: ${describeRules([rule])}`;
  const value = type.startsWith('[') ? "ids, each the caller's own" : "the caller's own id";
  return `${value}${type.endsWith('!') ? '' : ', or omitted'}; any other id: FORBIDDEN`;
}

/** Returns the label of a cell, with its conditions. */
export function describeCell(cell: Cell | null): string {
  if (cell === null) return '–';
  if (cell.outcome === 'refused') return cell.code;
  const conditions = describeConditions(cell);
  const otherwiseNull = cell.outcome === 'null' ? undefined : cell.otherwiseNull;
  const orNull = otherwiseNull === undefined ? null : describeConditions(otherwiseNull);
  return [
    cell.outcome === 'null' ? `null (${cell.code})` : OUTCOME_LABELS[cell.outcome],
    ...(conditions === null ? [] : [`if ${conditions}`]),
    ...(orNull === null ? [] : [`null unless ${orNull}`]),
  ].join(', ');
}

/** Describes the conditions of a cell; null if there are none. */
function describeConditions({ maxAge, emailVerified, scopes }: Conditions): string | null {
  const conditions = [
    ...(maxAge === null ? [] : [`signed in within ${maxAge} s`]),
    ...(emailVerified ? ['e-mail verified'] : []),
    ...new Set(scopes.map(describeScopes)),
  ];
  return conditions.length === 0 ? null : conditions.join(' and ');
}

const OUTCOME_LABELS = {
  allowed: 'yes',
  'own rows': 'own rows',
  'no rows': 'no rows',
  withheld: "null on others'",
} as const;

/**
 * Formats the map for a terminal: one line for each field, one column for each audience.
 * @param paint returns a cell's text with colours added; its printed width must not change
 */
export function renderMapText(
  map: AccessMap,
  paint: (text: string, cell: Cell | null) => string = (text) => text,
): string {
  const rows = map.fields.map((field) => {
    const cells = map.audiences.map((audience) => field.cells[audience] ?? null);
    return { coordinate: field.coordinate, cells, requirement: describeField(field) };
  });
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  const first = longest([...map.fields, ...map.arguments].map(({ coordinate }) => coordinate));
  const widths = map.audiences.map((audience, index) =>
    longest([audience, ...rows.map(({ cells }) => describeCell(cells[index] ?? null))]),
  );
  const line = (coordinate: string, cells: readonly string[], requirement: string) =>
    [coordinate.padEnd(first), ...cells, requirement].join('  ');
  const padding = (text: string, index: number) => ' '.repeat((widths[index] ?? 0) - text.length);

  const head = map.audiences.map((audience, index) => audience + padding(audience, index));
  const body = rows.map(({ coordinate, cells, requirement }) => {
    const coloredCells = cells.map(
      (cell, index) => paint(describeCell(cell), cell) + padding(describeCell(cell), index),
    );
    return line(coordinate, coloredCells, requirement);
  });
  const args = map.arguments.map((argument) => `${argument.coordinate.padEnd(first)}  ${describeArgument(argument)}`);
  return [line('', head, 'requires'), ...body, '', ...args].join('\n');
}

/**
 * Formats the map as Markdown, to be committed beside the schema. Each field has one line, without padding, so that a
 * change of its access changes that line alone.
 * @param command the command that regenerates the file, named in its head
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
  const argumentRows = (kind: MappedArgument['rule']['kind']) =>
    map.arguments
      .filter(({ rule }) => rule.kind === kind)
      .map((argument) => [`\`${argument.coordinate}\``, describeArgument(argument)]);
  const inputRules = argumentRows('auth');
  return `# Access map

Generated from the schema by \`${command}\`; do not edit. A changed line is a change of who may read or run that field.
\`owner\` owns the object that the field is on and the objects that it returns; \`other\` owns none of them; the other
signed-in audiences own some.

${table(
  ['cell', 'meaning'],
  MAP_LEGEND.map((entry) => [...entry]),
)}

## Fields

${table(['field', 'requires', ...map.audiences], fields)}

## Arguments that name an owner

${table(['argument', 'accepts'], argumentRows('owner'))}
${inputRules.length === 0 ? '' : `\n## Input fields with a rule\n\n${table(['input field', 'accepts'], inputRules)}\n`}`;
}

/** Escapes the bar, which ends a cell of a Markdown table. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
