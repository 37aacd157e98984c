import type { Report, Table } from './benchmark.ts';

/** Prints a report as text: its notes, then each table with aligned columns. */
export function printReport(name: string, { notes, tables }: Report, print: (line: string) => void): void {
  print(name);
  for (const note of notes) print(`  ${note}`);
  for (const table of tables) {
    print('');
    for (const line of tableLines(table)) print(`  ${line}`);
  }
}

function tableLines({ title, columns, rows }: Table): string[] {
  const cells = [columns, ...rows.map((row) => row.map(cellText))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return [title, ...cells.map((row) => line(row).join('   ').trimEnd())];
}

/** Three significant figures are all that such a measurement supports. */
function cellText(cell: string | number | null): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '?';
  const digits = Math.abs(cell) >= 100 || Number.isInteger(cell) ? 0 : Math.abs(cell) >= 10 ? 1 : 2;
  return cell.toFixed(digits);
}
