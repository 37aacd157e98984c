import { describe } from 'vitest';
import { describeCorpus } from './conformance/describe-corpus.ts';
import { startMercurius } from './conformance/start-mercurius.ts';

// covers: ENGINE-14
describe('the corpus in Mercurius', () => {
  describeCorpus('Mercurius', startMercurius({ options: { jit: 1 } }), { hasBatches: true, coercesFirst: true });
});
