import { OperatorError } from '../../../server/operations/operator-error.ts';
import type { Report, Table } from '../benchmark.ts';
import { COLUMNS } from './comparison-table.ts';

/** Sizes in units of the picture, which scales. */
const WIDTH = 760;
const ROW = 30;
const HEAD = 64;
const FOOT = 34;
const BARS = { left: 330, width: 330 };

/** One stylesheet for a light and a dark page: an SVG in an `img` follows the system's colour scheme. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1b211d } .title { font-weight: 600; font-size: 15px }
  .note { fill: #5a635d; font-size: 12px } .own { font-weight: 600 }
  .node { fill: #2f7d57 } .postgres { fill: #9cc9ae } .figure { text-anchor: start }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6ebe7 } .note { fill: #a3ada6 } .node { fill: #58b585 } .postgres { fill: #2c5b43 }
  }`;

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * Draws one table of the benchmark "peers" as bars: the microseconds of the table's sum, divided as Node's and PostgreSQL's
 * are to each other, the cheapest server first. The medians of the two need not add up to the median of their sums.
 * @param machine as the report names it
 * @throws {OperatorError} if the report has no such table, or the table no figure
 */
export function drawPicture({ tables }: Report, title: string, machine: string): string {
  const table = tables.find((each) => each.title === title);
  if (table === undefined)
    throw new OperatorError(
      `The report has no table "${title}". Its tables: ${tables.map((each) => each.title).join('; ')}`,
    );
  const bars = barsOf(table);
  const most = Math.max(...bars.map(({ sum }) => sum));
  const height = HEAD + bars.length * ROW + FOOT;
  const lines = bars.map(({ server, node, postgres, sum }, index) => {
    const top = HEAD + index * ROW;
    const width = (sum / most) * BARS.width;
    const nodeWidth = (node / (node + postgres)) * width;
    const postgresWidth = width - nodeWidth;
    return [
      `<text x="0" y="${top + 19}"${server === 'Fieldgate' ? ' class="own"' : ''}>${escapeXml(server)}</text>`,
      `<rect class="node" x="${BARS.left}" y="${top + 6}" width="${nodeWidth.toFixed(1)}" height="18"/>`,
      `<rect class="postgres" x="${(BARS.left + nodeWidth).toFixed(1)}" y="${top + 6}" width="${postgresWidth.toFixed(1)}" height="18"/>`,
      `<text x="${(BARS.left + width + 8).toFixed(1)}" y="${top + 19}">${Math.round(sum)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}">
<style>${STYLE}
</style>
<text class="title" x="0" y="20">${escapeXml(title)}: µs of processor time a request</text>
<rect class="node" x="${BARS.left}" y="36" width="12" height="12"/><text class="note" x="${BARS.left + 18}" y="46">Node</text>
<rect class="postgres" x="${BARS.left + 70}" y="36" width="12" height="12"/><text class="note" x="${BARS.left + 88}" y="46">PostgreSQL</text>
${lines.join('\n')}
<text class="note" x="0" y="${height - 10}">${escapeXml(machine)}</text>
</svg>
`;
}

function barsOf({ title, rows }: Table) {
  const figure = (row: Table['rows'][number], column: (typeof COLUMNS)[number]) => row[COLUMNS.indexOf(column)];
  const bars = rows.flatMap((row) => {
    const [node, postgres, sum] = [figure(row, 'Node, µs'), figure(row, 'PostgreSQL, µs'), figure(row, 'sum, µs')];
    return typeof node === 'number' && typeof postgres === 'number' && typeof sum === 'number'
      ? [{ server: String(row[0]), node, postgres, sum }]
      : [];
  });
  if (bars.length === 0) throw new OperatorError(`The table "${title}" has no figure.`);
  return bars;
}
