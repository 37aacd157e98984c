/** The words of the policy. */
export const ACCESS_DIRECTIVES = ['public', 'auth', 'owner'] as const;

/** One of the words of the policy. */
export type AccessDirective = (typeof ACCESS_DIRECTIVES)[number];

/** The property that names an owner where `@owner` does not say which. */
export const DEFAULT_OWNER_FIELD = 'userId';

/**
 * The definitions of the three directives, to be put into a schema that has an enum `Role`.
 * A schema may word the descriptions its own way; names, arguments and types have to be these.
 */
export const accessDirectiveSdl = /* GraphQL */ `
  "Anyone may read this, signed in or not. The reason is read by reviewers."
  directive @public(reason: String!) on OBJECT | INTERFACE | FIELD_DEFINITION

  "Only a caller with a verified access token, and as the arguments say."
  directive @auth(roles: [Role!], maxAge: Int, emailVerified: Boolean) on OBJECT | INTERFACE | FIELD_DEFINITION

  "Only the user whose id stands in \`field\` of this object. On an argument or input field: the caller's own id."
  directive @owner(
    field: String
    orRoles: [Role!]
  ) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
`;
