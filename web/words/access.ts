/** features/access/access-cell.tsx */
export const ACCESS_CELL = {
  ifIt: 'if ',
};

/** features/access/access-filters.tsx */
export const ACCESS_FILTERS = {
  search: 'Search',
  aFieldTypeOr: 'A field, type or rule',
  whatMayBeUsed: 'What may be used by',
  everyAudience: 'every audience',
  publicOnly: 'Public only',
};

/** features/access/access-legend.tsx */
export const ACCESS_LEGEND = {
  whatTheCellsMean: 'What the cells mean',
  ownerOtherUser: 'Owner, other user',
  theOwnerOfThe:
    'the owner of the object that the field is on and of the objects that it returns; a user who owns none of them',
};

/** features/access/access-page.tsx */
export const ACCESS_PAGE = {
  tryAgain: 'Try again',
  accessMap: 'Access map',
  withYourRole: ' with your role.',
  withoutATokenWhat: ' without a token: what is public. Sign in to see what an account may use.',
  whoMayReadEach:
    'Who may read each field, as the engine derives it from the schema. You see what introspection shows you',
  theAccessMapCould: 'The access map could not be loaded: the API is not available.',
  introspectionIsOffOn: 'Introspection is off on this API, and the access map with it. The operator can print it with',
  npmRunAccess: 'npm run access',
};

/** features/access/access-screen.tsx */
export const ACCESS_SCREEN = {
  noFieldIsPublic: 'No field is public.',
  publicFields: 'Public, for everyone without signing in:',
  fieldCount: (shown: number, all: number) => (shown === all ? `${all} fields` : `${shown} of ${all} fields`),
  noFieldMatches: 'No field matches.',
  showEveryField: 'Show every field',
};

/** features/access/access-table.tsx */
export const ACCESS_TABLE = {
  accessMap: 'Access map',
  field: 'Field',
  you: 'you',
  public: 'public',
};

/** features/access/field-details.tsx */
export const FIELD_DETAILS = {
  close: 'Close',
  type: 'Type',
  requires: 'Requires',
  whoGetsWhat: 'Who gets what',
  rule: 'Rule',
  rulesAllOfThem: 'Rules: all of them apply',
  at: 'at ',
  rowsOf: 'Rows of ',
  everyStatementOn: 'Every statement on ',
  hasTheCondition: ' has the condition',
  andPostgresqlEnforcesRow: 'and PostgreSQL enforces row-level security:',
  tryIt: 'Try it',
};

/** features/access/try-field.tsx */
export const TRY_FIELD = {
  noOperationSelectsThis: 'No operation selects this field.',
  aMutationIsOnly: 'A mutation is only sent as a caller that it refuses: nothing is changed from here.',
  sending: 'Sending…',
};
