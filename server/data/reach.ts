import { Batches } from './batches.ts';
import type { Shape } from './statement.ts';
import type { Run } from './transaction.ts';

/** How the repositories of one operation reach the database: as its viewer, and as nobody else. */
export interface Reach {
  readonly viewer: string;
  readonly batches: Batches;
  /** Runs a statement of this shape; its `:viewer` is filled in. */
  rows<Row extends object>(shape: Shape, values?: Readonly<Record<string, unknown>>): Promise<Row[]>;
}

/** Binds an operation's way to the database to its viewer. */
export function reachOf(viewer: string, run: Run): Reach {
  return {
    viewer,
    batches: new Batches(),
    rows: ({ statement, parameters }, values = {}) => run(statement, parameters({ ...values, viewer })),
  };
}
