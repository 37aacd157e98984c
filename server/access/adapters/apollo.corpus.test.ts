import { describe } from 'vitest';
import { describeCorpus } from './conformance/describe-corpus.ts';
import { startApollo } from './conformance/start-apollo.ts';

// covers: ENGINE-14
describe('the corpus in Apollo Server', () => {
  describeCorpus('Apollo Server', startApollo(), { hasBatches: true });
});
