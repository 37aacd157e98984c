/** What a benchmark is given. */
export interface BenchmarkContext {
  /** Tells whoever waits what is being done. Figures do not go here: they are in the report. */
  readonly log: (line: string) => void;
  /** Aborted when the run is to stop: what was started has to be stopped then, too. */
  readonly signal: AbortSignal;
  /** A folder of this run's own, for a database for example; it is removed afterwards. */
  readonly folder: string;
}

/** Figures of one kind. The same numbers are printed for people, rounded, and for machines, as they are. */
export interface Table {
  readonly title: string;
  /** What stands in each column, with its unit; the first names the row. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** What a benchmark found. */
export interface Report {
  /** What was measured and how, in sentences: versions, rounds, what is not in the figures. */
  readonly notes: readonly string[];
  readonly tables: readonly Table[];
}

/** One thing to measure. It stands in the list of `benchmarks.ts`, under the name that the command line knows. */
export interface Benchmark {
  /** What it measures, in one line. */
  readonly about: string;
  /** Measures. Nothing fails by its figures; a wrong answer of what is measured is an error. */
  run(context: BenchmarkContext): Promise<Report>;
}
