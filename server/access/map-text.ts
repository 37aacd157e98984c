import { describeRules } from './describe.ts';
import type { AccessMap, Cell, MappedArgument, MappedField } from './map.ts';
import { closes } from './rule.ts';

/** What a field asks of whoever reads it, in words. */
export function fieldWords({ rules }: MappedField): string {
  const words = describeRules(rules.filter(closes));
  if (words !== null) return words;
  const reasons = new Set(rules.flatMap((rule) => (rule.kind === 'public' ? [rule.reason] : [])));
  return `anyone: ${[...reasons].join(' ')}`;
}

/** What an owner argument takes, in words. */
export function argumentWords({ type }: MappedArgument): string {
  const plural = type.startsWith('[') ? 'ids that are all' : 'an id that is';
  return `${plural} the caller's own${type.endsWith('!') ? '' : ', or nothing'}; any other is refused: FORBIDDEN`;
}

/** A cell in a few words. */
export function cellWords(cell: Cell | null): string {
  if (cell === null) return '–';
  if (cell.outcome === 'refused') return cell.code;
  const conditions = [
    ...(cell.maxAge === null ? [] : [`signed in within ${cell.maxAge} s`]),
    ...(cell.emailVerified ? ['e-mail verified'] : []),
  ];
  const outcome = { allowed: 'yes', 'own rows': 'own rows', 'no rows': 'no rows', withheld: 'null on others' }[
    cell.outcome
  ];
  return conditions.length === 0 ? outcome : `${outcome}, if ${conditions.join(' and ')}`;
}

/** The map as text: a line a field, in columns. `colour` is asked for the words of each cell. */
export function mapText(
  map: AccessMap,
  colour: (words: string, cell: Cell | null) => string = (words) => words,
): string {
  const rows = map.fields.map((field) => ({
    head: field.coordinate,
    cells: map.audiences.map((audience) => field.cells[audience] ?? null),
    words: fieldWords(field),
  }));
  const width = Math.max(...rows.map(({ head }) => head.length));
  const widths = map.audiences.map((audience, index) =>
    Math.max(audience.length, ...rows.map(({ cells }) => cellWords(cells[index] ?? null).length)),
  );
  const padded = (index: number, words: string, painted = words) =>
    painted + ' '.repeat((widths[index] ?? 0) - words.length);
  return [
    ['field'.padEnd(width), ...map.audiences.map((audience, index) => padded(index, audience)), 'asks'].join('  '),
    ...rows.map(({ head, cells, words }) =>
      [
        head.padEnd(width),
        ...cells.map((cell, index) => padded(index, cellWords(cell), colour(cellWords(cell), cell))),
        words,
      ].join('  '),
    ),
    '',
    ...map.arguments.map((argument) => `${argument.coordinate.padEnd(width)}  ${argumentWords(argument)}`),
  ].join('\n');
}
