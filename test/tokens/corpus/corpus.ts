import { type Forge, FORGES } from '../forge.ts';
import { ofAlgorithms } from './algorithm.ts';
import type { BadToken } from './bad-token.ts';
import { ofClaims } from './claims.ts';
import { ofForm } from './form.ts';
import { ofKeys } from './key-choice.ts';
import { ofSpelling } from './spelling.ts';

/** The bad tokens of one mode: every class, each of its members made by a rule. */
export interface Corpus {
  readonly forge: Forge;
  readonly classes: Readonly<Record<string, readonly BadToken[]>>;
  readonly tokens: readonly BadToken[];
}

/** One corpus for each mode. */
export const CORPORA: readonly Corpus[] = FORGES.map((forge) => {
  const classes = {
    algorithm: ofAlgorithms(forge),
    'key choice': ofKeys(forge),
    form: ofForm(forge),
    malleability: ofSpelling(forge),
    claims: ofClaims(forge),
  };
  return { forge, classes, tokens: Object.values(classes).flat() };
});
