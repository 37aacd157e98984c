/** The names of the access directives. */
export const ACCESS_DIRECTIVES = ['public', 'auth', 'owner'] as const;

/** The name of an access directive. */
export type AccessDirective = (typeof ACCESS_DIRECTIVES)[number];

/**
 * The name of the directive with the scopes that exist. A scope is a string, because an enum value cannot be named
 * `read:tasks`; the list detects a misspelt one, which no token would ever have.
 */
export const SCOPES_DIRECTIVE = 'tokenScopes';

/** The name of the enum of `@auth(onRefusal:)`, whose values are those of `OnRefusal`. */
export const ON_REFUSAL_ENUM = 'OnRefusal';

/** The default of `@owner(field:)`. */
export const DEFAULT_OWNER_FIELD = 'userId';

/**
 * The SDL of the three access directives with the enum `OnRefusal`, and of the directive that lists scopes. The schema must
 * define the enum `Role`. It may change the descriptions, but not the names, arguments, types and locations.
 */
export const accessDirectiveSdl = /* GraphQL */ `
  "Anyone may read this, signed in or not. The reason is for reviewers."
  directive @public(reason: String!) on OBJECT | INTERFACE | FIELD_DEFINITION

  "Only a caller with a verified access token who meets every condition. On an input field: only they may give a value."
  directive @auth(
    roles: [Role!]
    maxAge: Int
    emailVerified: Boolean
    scopes: [[String!]!]
    onRefusal: OnRefusal = REJECT
  ) on OBJECT | INTERFACE | FIELD_DEFINITION | INPUT_FIELD_DEFINITION

  "What a refusal does. Only @auth on a field can have another value than REJECT."
  enum OnRefusal {
    "It refuses the request."
    REJECT
    "It makes the field null, with an error. A mutation is refused."
    NULL
  }

  "Only the user whose id is in \`field\` of this object. On an argument or input field: the caller's own id."
  directive @owner(
    field: String
    orRoles: [Role!]
  ) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

  "The scopes that an access token can have."
  directive @tokenScopes(names: [String!]!) on SCHEMA
`;

/**
 * The definitions of earlier versions of the engine, by name. They are accepted: what they lack cannot be written in the
 * schema, and an old version of a schema can be compared with a new one.
 */
export const EARLIER_DEFINITIONS: Readonly<Partial<Record<AccessDirective, readonly string[]>>> = {
  auth: [
    '@auth(roles: [Role!], maxAge: Int, emailVerified: Boolean, scopes: [[String!]!]) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | INTERFACE | OBJECT',
    '@auth(roles: [Role!], maxAge: Int, emailVerified: Boolean) on FIELD_DEFINITION | INTERFACE | OBJECT',
  ],
};
