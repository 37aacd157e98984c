import { describe } from 'vitest';
import { describeScenarios } from './conformance/describe-scenarios.ts';
import { startGraphqlHttp } from './conformance/start-graphql-http.ts';

// covers: ENGINE-14
describe('the engine in graphql-http', () => {
  describeScenarios('graphql-http', startGraphqlHttp);
});
