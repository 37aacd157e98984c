/** features/landing/landing.tsx */
export const LANDING = {
  theSchemaIsThe: 'The schema is the access policy',
  fieldgateIsAGraphql:
    'Fieldgate is a GraphQL API. A directive on a field says who may read it, and three walls enforce that line. The server does not start while any field lacks one.',
  createAnAccount: 'Create an account',
  oneDirectiveOneRefusal: 'One directive, one refusal',
  theseLinesAreThe: 'These lines are the rule for tasks:',
  from: 'From ',
  schemaTaskGraphql: 'schema/task.graphql',
  sendARequestThat: '. Send a request that breaks it: the answer comes from the API.',
  threeWallsEachTested: 'Three walls, each tested with the other two disabled',
  lookAround: 'Look around',
  sendQueriesWithGraphiql: 'Send queries with GraphiQL, and see the rule that decided each answer.',
  everyFieldAndWho: 'Every field and who may read it, with its rule, SQL and policy.',
  getATokenSend: 'Get a token, send a query from a terminal, open Apollo Sandbox.',
};

/** features/landing/live-refusal.tsx */
export const LIVE_REFUSAL = {
  sendARequest: 'Send a request',
  theAnswerOfThe: 'The answer of the API will appear here.',
  waitingForTheAnswer: 'Waiting for the answer…',
  thereIsNoDemo: 'There is no demo account here. Sign up, and try it with your own.',
};
