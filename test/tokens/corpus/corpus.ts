import { type Forge, FORGES } from '../../support/test-token.ts';
import { algorithmTokens } from './algorithm-tokens.ts';
import type { BadToken } from './bad-token.ts';
import { claimsTokens } from './claims-tokens.ts';
import { malformedTokens } from './malformed-tokens.ts';
import { keyChoiceTokens } from './key-choice-tokens.ts';
import { respelledTokens } from './respelled-tokens.ts';

/** The bad tokens of one mode, by class. */
export interface Corpus {
  readonly forge: Forge;
  readonly classes: Readonly<Record<string, readonly BadToken[]>>;
  readonly tokens: readonly BadToken[];
}

/** One corpus for each mode. */
export const CORPORA: readonly Corpus[] = FORGES.map((forge) => {
  const classes = {
    algorithm: algorithmTokens(forge),
    'key choice': keyChoiceTokens(forge),
    form: malformedTokens(forge),
    malleability: respelledTokens(forge),
    claims: claimsTokens(forge),
  };
  return { forge, classes, tokens: Object.values(classes).flat() };
});
