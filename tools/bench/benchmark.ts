/** What a benchmark receives. */
export interface BenchmarkContext {
  /** Prints progress. Figures belong in the report. */
  readonly log: (line: string) => void;
  /** Aborted when the run must stop: the benchmark then stops what it started. */
  readonly signal: AbortSignal;
  /** The parts of the benchmark to run, of those that it names in `parts`. Default: all. */
  readonly only?: readonly string[];
  /** How many rounds to measure. Default: as many as the figures need. */
  readonly rounds?: number;
  /** A folder for this run only, for example for a database; removed afterwards. */
  readonly folder: string;
}

/** A table of figures: printed rounded as text, and exact as JSON. */
export interface Table {
  readonly title: string;
  /** The title of each column, with its unit; the first column names the row. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** The result of a benchmark. */
export interface Report {
  /** What was measured and how, in sentences: versions, rounds, what the figures leave out. */
  readonly notes: readonly string[];
  readonly tables: readonly Table[];
}

/** A benchmark. `benchmark-list.ts` gives it its name on the command line. */
export interface Benchmark {
  /** What it measures, in one line. */
  readonly about: string;
  /** Names for `--only`. Default: the benchmark runs as a whole, and `--only` and `--rounds` are refused. */
  readonly parts?: readonly string[];
  /** Whether it runs only if it is named: it installs packages from the network. Default: false. */
  readonly isOptIn?: boolean;
  /** Measures. No figure fails a run; a wrong response does.
   * @throws {Error} when a response is wrong */
  run(context: BenchmarkContext): Promise<Report>;
}
