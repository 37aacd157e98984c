import type { Table } from '../benchmark.ts';
import { median, spread } from '../statistics.ts';
import type { PeerMeasurement } from './measure-peer.ts';
import { FIELDGATE } from './peer-list.ts';

/** A server's measurements of one operation, by rounds; none if it does not have the operation. */
export interface Measured {
  readonly key: string;
  readonly title: string;
  readonly rounds: readonly PeerMeasurement[];
}

const sum = ({ node, postgres }: PeerMeasurement) => node + postgres;

/** The columns of a comparison. */
export const COLUMNS = [
  'server',
  'Node, µs',
  'PostgreSQL, µs',
  'sum, µs',
  '±',
  'Fieldgate ÷ it',
  'by rounds',
  'requests/s',
  'p50, ms',
  'p99, ms',
  'MB',
] as const;

/** Returns the table of one operation, the cheapest server first; those that do not have it come last. */
export function comparisonTable(title: string, measured: readonly Measured[]): Table {
  const own = measured.find(({ key }) => key === FIELDGATE)?.rounds.map(sum) ?? [];
  const rows = measured.map(({ title: server, rounds }) => {
    const of = (value: (measurement: PeerMeasurement) => number) => median(rounds.map(value));
    if (rounds.length === 0) return [server, ...COLUMNS.slice(1).map(() => null)];
    const ratios = rounds.map((round, index) => (own[index] ?? Number.NaN) / sum(round));
    return [
      server,
      of(({ node }) => node),
      of(({ postgres }) => postgres),
      of(sum),
      spread(rounds.map(sum)),
      own.length === 0 ? null : median(own) / of(sum),
      own.length === 0 ? null : median(ratios),
      of(({ throughput }) => throughput),
      of(({ p50 }) => p50),
      of(({ p99 }) => p99),
      of(({ memory }) => memory),
    ];
  });
  const cost = (row: readonly (string | number | null)[]) => (typeof row[3] === 'number' ? row[3] : Infinity);
  return { title, columns: COLUMNS, rows: rows.toSorted((one, two) => compare(cost(one), cost(two))) };
}

/** Infinity minus Infinity is not a number. */
const compare = (one: number, two: number) => (one === two ? 0 : one < two ? -1 : 1);
