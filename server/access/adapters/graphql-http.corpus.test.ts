import { describe } from 'vitest';
import { describeCorpus } from './conformance/describe-corpus.ts';
import { startGraphqlHttp } from './conformance/start-graphql-http.ts';

// covers: ENGINE-14
describe('the corpus in graphql-http', () => {
  describeCorpus('graphql-http', startGraphqlHttp);
});
