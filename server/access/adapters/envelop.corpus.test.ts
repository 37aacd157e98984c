import { describe } from 'vitest';
import { describeCorpus } from './conformance/describe-corpus.ts';
import { startEnvelop } from './conformance/start-envelop.ts';
import { startYoga } from './conformance/start-yoga.ts';

// covers: ENGINE-14
describe('the corpus in GraphQL Yoga', () => {
  describeCorpus('GraphQL Yoga', startYoga(), { hasBatches: true });
});

// covers: ENGINE-14
describe('the corpus in Envelop', () => {
  describeCorpus('Envelop', startEnvelop);
});
