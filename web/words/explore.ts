/** features/explore/answer-panel.tsx */
export const ANSWER_PANEL = {
  whyThisAnswer: 'Why this answer',
  ok: 'OK',
  refusedIt: ' refused it.',
  theRuleIsNot: 'The rule is not shown to you: introspection hides this field from a caller like this one.',
  aValueDoesNot: 'A value does not match the schema, so no rule was applied.',
  rowsOf: 'Rows of ',
  areLimitedBy: ' are limited by ',
  isNullYouOwn: ' is null: you own no such row. Another user’s row and a missing row get the same answer.',
  isRefusedBy: 'is refused by',
  isAllowedBy: 'is allowed by',
  isMadeNullBy: 'is made null by',
  and: ' and ',
};

/** features/explore/explore-screen.tsx */
export const EXPLORE_SCREEN = {
  loadingTheEditor: 'Loading the editor…',
  explore: 'Explore',
  requestsHaveYourAccess: 'Requests have your access token, as those of the other pages do.',
  byKeyboardEnterOpens: ' By keyboard, Enter opens the editor and Escape leaves it.',
  introspectionIsOffOn: ' Introspection is off on this server, so the editor has no documentation.',
  youAreNotSigned: 'You are not signed in, so requests have no token. ',
  signIn: 'Sign in',
  toSendThemAs: ' to send them as yourself.',
  sendAs: 'Send as',
  you: 'you',
  nobodyWithoutAToken: 'nobody, without a token',
  preparedRequests: 'Prepared requests',
  graphiql: 'GraphiQL',
};

/** features/explore/sandbox-frame.tsx */
export const SANDBOX_FRAME = {
  loadingApolloSandbox: 'Loading Apollo Sandbox…',
  tryAgain: 'Try again',
  apolloSandboxCannotBe: 'Apollo Sandbox cannot be reached: it needs the internet. GraphiQL above works without.',
};

/** features/explore/sandbox-section.tsx */
export const SANDBOX_SECTION = {
  apolloSandbox: 'Apollo Sandbox',
  sandboxIsAPage:
    'Sandbox is a page of Apollo’s and needs the internet. It sees the schema and the answers to what you send in it; your token stays on this page.',
  openApolloSandboxHere: 'Open Apollo Sandbox here',
};
