import { assert, property } from 'fast-check';
import { type DocumentNode, parse } from 'graphql';
import { expect } from 'vitest';
import { propertySettings } from '../../../properties/property-settings.ts';
import { Choices, decisions } from '../../../properties/random-choices.ts';
import { applyEdits } from '../../edit-source.ts';
import { Migration } from '../migration.ts';
import type { Caller } from './admits.ts';

const RUNS = 400;
export const ROLES = ['ADMIN', 'EDITOR'];
export const SCOPES = ['a', 'b', 'c'];

/** One caller of the source, and the same one as a viewer of the migrated schema. */
export interface SourceCaller {
  readonly viewer: Caller;
  /** How the source authenticated the caller. */
  readonly provider: string;
  readonly policies: readonly string[];
  /** Answers of the application's functions that have no equivalent. */
  readonly other: boolean;
}

/** Returns random callers. */
export function callers(choices: Choices, providers: readonly string[]): readonly SourceCaller[] {
  return Array.from({ length: 12 }, () => {
    const provider = choices.pick(providers);
    const isViewer = provider === 'userPools' || provider === 'token';
    return {
      provider,
      viewer: {
        userId: isViewer ? choices.pick(['ada', 'ben']) : null,
        roles: isViewer ? choices.subset(ROLES) : [],
        scopes: isViewer ? choices.subset(SCOPES) : [],
      },
      policies: choices.subset(['p', 'q']),
      other: choices.oneIn(2),
    };
  });
}

export const OBJECTS = [
  { owner: 'ada', editor: 'ben' },
  { owner: 'ben', editor: 'ada' },
  { owner: 'cleo', editor: 'ada' },
];

/** Migrates a schema; `isExact` if no note says that a rule is lost. */
export function migrated(sdl: string, migrate: (documents: readonly DocumentNode[], migration: Migration) => void) {
  const migration = new Migration('Was open.');
  migrate([parse(sdl)], migration);
  const edits = [...migration.edits.values()].flat();
  const isExact = !migration.notes.some(({ kind }) => kind !== 'check');
  return { sdl: applyEdits(sdl, edits), isExact };
}

/** Counts the decisions that the property compared, so that it does not hold only because nothing is admitted. */
const seen = { admitted: 0, refused: 0, exact: 0 };

/** Compares the decisions of source and target about one caller. */
export function compare(bySource: boolean, byTarget: boolean, isExact: boolean, context: unknown): void {
  if (byTarget) seen.admitted += 1;
  else seen.refused += 1;
  if (byTarget && !bySource) throw new Error(`Admits a caller whom the source refused: ${JSON.stringify(context)}`);
  if (!isExact) return;
  seen.exact += 1;
  if (byTarget !== bySource) throw new Error(`Refuses a caller, and no note says so: ${JSON.stringify(context)}`);
}

/** Runs a comparison for random choices. */
export function checkNeverWider(run: (choices: Choices) => void): void {
  Object.assign(seen, { admitted: 0, refused: 0, exact: 0 });
  assert(
    property(decisions, (numbers) => run(new Choices(numbers))),
    propertySettings(RUNS),
  );
  expect(seen.admitted).toBeGreaterThan(RUNS / 4);
  expect(seen.refused).toBeGreaterThan(RUNS / 4);
  expect(seen.exact).toBeGreaterThan(RUNS / 4);
}
