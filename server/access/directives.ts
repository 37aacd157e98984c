/** The names of the access directives. */
export const ACCESS_DIRECTIVES = ['public', 'auth', 'owner'] as const;

/** The name of an access directive. */
export type AccessDirective = (typeof ACCESS_DIRECTIVES)[number];

/** The default of `@owner(field:)`. */
export const DEFAULT_OWNER_FIELD = 'userId';

/**
 * The SDL of the three access directives. The schema must define the enum `Role`. It may change the descriptions, but
 * not the names, arguments, types and locations.
 */
export const accessDirectiveSdl = /* GraphQL */ `
  "Anyone may read this, signed in or not. The reason is for reviewers."
  directive @public(reason: String!) on OBJECT | INTERFACE | FIELD_DEFINITION

  "Only a caller with a verified access token who meets every condition in the arguments."
  directive @auth(roles: [Role!], maxAge: Int, emailVerified: Boolean) on OBJECT | INTERFACE | FIELD_DEFINITION

  "Only the user whose id is in \`field\` of this object. On an argument or input field: the caller's own id."
  directive @owner(
    field: String
    orRoles: [Role!]
  ) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
`;
