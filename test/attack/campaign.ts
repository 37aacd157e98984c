import { readFileSync, readdirSync } from 'node:fs';
import { inRoot } from '../../server/cli/stack/paths.ts';
import { everyAttack, randomAttacks } from './generate.ts';
import { Model } from './model.ts';
import { startProduct } from './product.ts';
import { createRandom } from './random.ts';
import { attackReads } from './reads.ts';
import { type Shot, Siege } from './siege.ts';
import { layDown, type Tables } from './tables.ts';
import { tells, type Timing, timeAnswers } from './timing.ts';
import { askers } from './tokens.ts';
import { createWorld, type World } from './world.ts';
import { attackWrites } from './writes.ts';

/** How a campaign is fought. */
export interface CampaignOptions {
  /** An empty folder for the database and the log. */
  readonly folder: string;
  /** What the API process inherits beside its settings. */
  readonly environment: NodeJS.ProcessEnv;
  /** Names the random part of the run. */
  readonly seed: number;
  /** For how long random requests follow the whole grammar. */
  readonly randomMilliseconds: number;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** What came of it. */
export interface Outcome {
  readonly reads: number;
  readonly writes: number;
  /** Every request that was answered otherwise than the model says. */
  readonly findings: readonly Shot[];
  readonly timings: readonly Timing[];
}

/** After so many findings the rest will tell nothing new. */
const MOST_FINDINGS = 25;
const TIMED_PAIRS = 400;
const PROGRESS_MILLISECONDS = 10_000;
/** Random queries follow the grammar's until there are so many: those have several odd arguments at once. */
const LEAST_READS = 16_000;
/** Of the time for random requests, the part that queries get. */
const READING = 0.7;

/**
 * Starts the product and attacks it: the whole grammar of queries, then of mutations, each followed by random requests
 * until the time is up, and last the clock.
 */
export async function campaign(options: CampaignOptions): Promise<Outcome> {
  const world = createWorld();
  const product = await startProduct(options.folder, options.environment, options.signal);
  try {
    const tables = await layDown(product.superuserUrl, world);
    const siege = new Siege(product, new Model(contract()), askers(world), world);
    const said = () => options.say(`  … ${siege.distinct.toLocaleString('en')} requests so far`);
    const still = setInterval(said, PROGRESS_MILLISECONDS);
    try {
      await siege.collectCursors(world);
      return await attack(siege, world, tables, options);
    } finally {
      clearInterval(still);
      await tables.end();
    }
  } finally {
    await product.stop();
  }
}

async function attack(siege: Siege, world: World, tables: Tables, options: CampaignOptions): Promise<Outcome> {
  const { randomMilliseconds, signal, say } = options;
  const findings: Shot[] = [];
  const found = (shot: Shot) => {
    findings.push(shot);
    say(tell(shot));
  };
  const stopped = () => signal.aborted || findings.length >= MOST_FINDINGS;
  const random = createRandom(options.seed);
  const whole = (operation: 'query' | 'mutation') => everyAttack(siege.model.schema, operation, siege.askers.length);
  const chance = (operation: 'query' | 'mutation') =>
    randomAttacks(siege.model.schema, operation, siege.askers.length, random);

  await attackReads(siege, world, whole('query'), stopped, found);
  say(`  ${siege.distinct.toLocaleString('en')} queries of the grammar`);
  const readingEnds = Date.now() + randomMilliseconds * READING;
  const readEnough = () => stopped() || (Date.now() > readingEnds && siege.distinct >= LEAST_READS);
  await attackReads(siege, world, chance('query'), readEnough, found);
  const reads = siege.distinct;

  await attackWrites(siege, world, tables, whole('mutation'), stopped, found);
  say(`  ${(siege.distinct - reads).toLocaleString('en')} mutations of the grammar`);
  const writingEnds = Date.now() + randomMilliseconds * (1 - READING);
  const writtenEnough = () => stopped() || Date.now() > writingEnds;
  await attackWrites(siege, world, tables, chance('mutation'), writtenEnough, found);
  const writes = siege.distinct - reads;

  signal.throwIfAborted();
  return { reads, writes, findings, timings: await timeAnswers(siege, world, TIMED_PAIRS) };
}

/** How many requests, and ways to tell by the clock, were not as they should be. */
export function faultsOf({ findings, timings }: Outcome): number {
  return findings.length + timings.filter(tells).length;
}

/** The figure, in one line. */
export function figure({ reads, writes, findings, timings }: Outcome): string {
  const of = (...kinds: readonly string[]) =>
    findings.filter(({ finding }) => kinds.includes(finding?.kind ?? '')).length;
  const leaks = of('leak', 'missed refusal') + timings.filter(tells).length;
  const others = of('wrong answer', 'server error');
  return [
    `${(reads + writes).toLocaleString('en')} requests (${writes.toLocaleString('en')} of them writes)`,
    `${leaks} leaks`,
    `${of('false refusal')} false refusals`,
    ...(others > 0 ? [`${others} other wrong answers`] : []),
  ].join(', ');
}

/** A finding for whoever has to mend it. */
function tell({ finding, asker, request, expected, answer }: Shot): string {
  return [
    `${finding?.kind}: ${finding?.what}`,
    `  asked by ${asker.label}`,
    `  ${request.query.replaceAll('\n', '\n  ').slice(0, 1_500)}`,
    `  ${JSON.stringify(request.variables).slice(0, 500)}`,
    `  expected ${JSON.stringify(expected).slice(0, 700)}`,
    `  answered ${answer.status} ${answer.text.slice(0, 700)}`,
  ].join('\n');
}

function contract(): string {
  const folder = inRoot('schema');
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return files.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n');
}
