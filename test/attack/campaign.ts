import { readFileSync, readdirSync } from 'node:fs';
import { inRoot } from '../../server/operations/paths.ts';
import { grammarAttacks, randomAttacks } from './generate-requests.ts';
import { ReferenceModel } from './reference-model.ts';
import { type DatabaseSetup, startApiUnderTest } from './api-under-test.ts';
import { createRandom } from './seeded-random.ts';
import { attackQueries } from './attack-queries.ts';
import { type Attempt, AttackRunner } from './attack-runner.ts';
import { insertDataset, type DatasetTables } from './dataset-tables.ts';
import { isDistinguishable, type Timing, measureTimings } from './timing-comparison.ts';
import { attackClients } from './attack-clients.ts';
import { createDataset, type Dataset } from './dataset.ts';
import { attackMutations } from './attack-mutations.ts';

/** Options of a campaign. */
export interface CampaignOptions extends DatabaseSetup {
  /** An empty folder for the database and the log. */
  readonly folder: string;
  /** Environment that the API process inherits in addition to its settings. */
  readonly environment: NodeJS.ProcessEnv;
  /** Seed of the random part. */
  readonly seed: number;
  /** Duration of the random requests that follow the grammar, in milliseconds. */
  readonly randomMilliseconds: number;
  readonly signal: AbortSignal;
  /** Sends one of so many requests of the grammar, and no random ones and no timed pairs. Default: the whole campaign. */
  readonly oneIn?: number;
  log(line: string): void;
}

/** The result of a campaign. */
export interface CampaignResult {
  readonly reads: number;
  readonly writes: number;
  /** Every request whose response differs from the model's. */
  readonly findings: readonly Attempt[];
  readonly timings: readonly Timing[];
  /** The number of queries that ran on a replica; null without one. */
  readonly replicaReads: number | null;
}

/** The campaign stops after this many findings. */
const MAX_FINDINGS = 25;
const TIMED_PAIRS = 400;
const PROGRESS_MILLISECONDS = 10_000;
/** Random queries, with several unusual arguments at once, follow the grammar's up to this total. */
const MIN_READS = 16_000;
/** Fraction of the random time for queries. */
const READ_SHARE = 0.7;

/**
 * Starts the product and attacks it: the whole grammar of queries, then of mutations, each followed by random requests
 * until the time is up, and finally the timing comparison.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const dataset = createDataset();
  const api = await startApiUnderTest(options.folder, options.environment, options.signal, options);
  try {
    const tables = await insertDataset(api.superuserUrl, dataset);
    const runner = new AttackRunner(api, new ReferenceModel(readSdl()), attackClients(dataset), dataset);
    const logProgress = () => options.log(`  … ${runner.distinctRequests.toLocaleString('en')} requests so far`);
    const progressTimer = setInterval(logProgress, PROGRESS_MILLISECONDS);
    try {
      await runner.collectCursors(dataset);
      const result = await runAttacks(runner, dataset, tables, options);
      return { ...result, replicaReads: options.hasReplica === true ? await api.replicaReads() : null };
    } finally {
      clearInterval(progressTimer);
      await tables.end();
    }
  } finally {
    await api.stop();
  }
}

async function runAttacks(
  runner: AttackRunner,
  dataset: Dataset,
  tables: DatasetTables,
  options: CampaignOptions,
): Promise<Omit<CampaignResult, 'replicaReads'>> {
  const { randomMilliseconds, signal, log, oneIn = 1 } = options;
  const findings: Attempt[] = [];
  const onFinding = (attempt: Attempt) => {
    findings.push(attempt);
    log(describeAttempt(attempt));
  };
  const isStopped = () => signal.aborted || findings.length >= MAX_FINDINGS;
  const random = createRandom(options.seed);
  const grammarRequests = (operation: 'query' | 'mutation') =>
    everyNth(grammarAttacks(runner.model.schema, operation, runner.clients.length), oneIn);
  const randomRequests = (operation: 'query' | 'mutation') =>
    randomAttacks(runner.model.schema, operation, runner.clients.length, random);

  await attackQueries(runner, dataset, grammarRequests('query'), isStopped, onFinding);
  log(`  ${runner.distinctRequests.toLocaleString('en')} queries of the grammar`);
  const readDeadline = Date.now() + randomMilliseconds * READ_SHARE;
  const isReadDone = () =>
    isStopped() || (Date.now() > readDeadline && runner.distinctRequests >= (oneIn === 1 ? MIN_READS : 0));
  await attackQueries(runner, dataset, randomRequests('query'), isReadDone, onFinding);
  const reads = runner.distinctRequests;

  await attackMutations(runner, dataset, tables, grammarRequests('mutation'), isStopped, onFinding);
  log(`  ${(runner.distinctRequests - reads).toLocaleString('en')} mutations of the grammar`);
  const writeDeadline = Date.now() + randomMilliseconds * (1 - READ_SHARE);
  const isWriteDone = () => isStopped() || Date.now() > writeDeadline;
  await attackMutations(runner, dataset, tables, randomRequests('mutation'), isWriteDone, onFinding);
  const writes = runner.distinctRequests - reads;

  signal.throwIfAborted();
  return { reads, writes, findings, timings: oneIn === 1 ? await measureTimings(runner, dataset, TIMED_PAIRS) : [] };
}

function* everyNth<T>(items: Iterable<T>, count: number): Generator<T> {
  let index = 0;
  for (const item of items) if (index++ % count === 0) yield item;
}

/** Returns the number of findings, timing differences included, and a replica that served nothing. */
export function countFailures({ findings, timings, replicaReads }: CampaignResult): number {
  return findings.length + timings.filter(isDistinguishable).length + (replicaReads === 0 ? 1 : 0);
}

/** Returns the figures in one line. */
export function summarize({ reads, writes, findings, timings, replicaReads }: CampaignResult): string {
  const of = (...kinds: readonly string[]) =>
    findings.filter(({ finding }) => kinds.includes(finding?.kind ?? '')).length;
  const leaks = of('leak', 'missed refusal') + timings.filter(isDistinguishable).length;
  const others = of('wrong answer', 'server error');
  return [
    `${(reads + writes).toLocaleString('en')} requests (${writes.toLocaleString('en')} of them writes)`,
    `${leaks} leaks`,
    `${of('false refusal')} false refusals`,
    ...(replicaReads === null ? [] : [`${replicaReads.toLocaleString('en')} queries on the replica`]),
    ...(others > 0 ? [`${others} other wrong answers`] : []),
  ].join(', ');
}

/** Describes a finding for the developer who fixes it. */
function describeAttempt({ finding, client, request, expected, response }: Attempt): string {
  return [
    `${finding?.kind}: ${finding?.detail}`,
    `  asked by ${client.label}`,
    `  ${request.query.replaceAll('\n', '\n  ').slice(0, 1_500)}`,
    `  ${JSON.stringify(request.variables).slice(0, 500)}`,
    `  expected ${JSON.stringify(expected).slice(0, 700)}`,
    `  answered ${response.status} ${response.text.slice(0, 700)}`,
  ].join('\n');
}

function readSdl(): string {
  const folder = inRoot('schema');
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql') && name !== 'released.graphql');
  return files.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n');
}
