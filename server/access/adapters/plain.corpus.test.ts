import { describe } from 'vitest';
import { describeCorpus } from './conformance/describe-corpus.ts';
import { startPlain } from './conformance/start-plain.ts';

// covers: ENGINE-14
describe('the corpus in protection.answer alone', () => {
  describeCorpus('protection.answer alone', startPlain);
});
