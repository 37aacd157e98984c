import { type ErrorAdvice, FIX_THE_CLIENT } from '../runtime/error-advice.ts';
import type { InputRule, PublicCode } from './errors.ts';

/** The advice for each code of the API. A code without it does not compile. */
export const ERROR_GUIDE: Readonly<Record<PublicCode, ErrorAdvice>> = {
  BAD_REQUEST: {
    meaning: 'The request is not HTTP, JSON or a GraphQL request, or its Authorization header is malformed.',
    advice: FIX_THE_CLIENT,
  },
  BAD_USER_INPUT: {
    meaning: 'A value is not valid: `field` is its path in the arguments, `rule` the rule that it breaks (below).',
    advice: 'Show the message beside the field. Choose texts of your own by `rule` and its bounds.',
  },
  GRAPHQL_PARSE_FAILED: { meaning: 'The document is not GraphQL.', advice: FIX_THE_CLIENT },
  GRAPHQL_VALIDATION_FAILED: {
    meaning: 'The document does not match the schema.',
    advice: 'Generate the types again: the schema has changed, or the token shows another part of it.',
  },
  TOO_COMPLEX: {
    meaning: 'The operation exceeds a cost limit: fields, depth, aliases, or the objects that it could return.',
    advice: 'Ask for fewer fields or smaller pages (`first`), or send several operations.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    meaning: 'The document has no operation with this `operationName`, or several and no name was given.',
    advice: FIX_THE_CLIENT,
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    meaning: 'The server has no automatic persisted queries.',
    advice: 'Send the document. Apollo Client does so by itself.',
  },
  PERSISTED_DOCUMENT_NOT_FOUND: {
    meaning: 'No trusted document has this `documentId`.',
    advice: 'Send the text instead, or ask the operator to add your manifest to `TRUSTED_DOCUMENTS`.',
  },
  PERSISTED_DOCUMENT_REQUIRED: {
    meaning: 'The server runs trusted documents only (`OPERATIONS=trusted`), and this text is none.',
    advice: 'Send the `documentId` of a trusted document. Ask the operator to add those of your client.',
  },
  UNAUTHENTICATED: {
    meaning: 'The operation needs a token and has none, or the token is expired, revoked or forged.',
    advice: 'Renew the token and send the operation once more; if the renewal fails, ask the user to sign in.',
  },
  STEP_UP_REQUIRED: {
    meaning: 'The user authenticated more than `maxAge` seconds ago.',
    advice: 'Ask for the password, a code or the passkey (`/api/auth/step-up/…`), renew the token, and send it again.',
  },
  FORBIDDEN: {
    meaning: 'The user may not do this: an id of another user in an argument, or a role is missing.',
    advice: 'Do not repeat it. `coordinate` names the field or argument.',
  },
  EMAIL_NOT_VERIFIED: {
    meaning: 'The user’s e-mail address is not verified.',
    advice: 'Offer to send the mail again, and renew the token after the verification.',
  },
  CONFLICT: {
    meaning: 'The row has another version than `expectedVersion`; `currentVersion` is in the extensions.',
    advice: 'Read the row again, show both versions, and let the user decide.',
  },
  NOT_FOUND: {
    meaning: 'The row does not exist or belongs to another user; or there is no such path.',
    advice: 'Remove it from the client’s cache.',
  },
  METHOD_NOT_ALLOWED: { meaning: 'The path has another method, named in `Allow`.', advice: FIX_THE_CLIENT },
  NOT_ACCEPTABLE: { meaning: 'The `Accept` header names no media type that the API has.', advice: FIX_THE_CLIENT },
  REQUEST_TIMEOUT: { meaning: 'The request took too long to arrive.', advice: 'Send it again on a new connection.' },
  PAYLOAD_TOO_LARGE: { meaning: 'The body has more than 100 kB.', advice: 'Send less in one request.' },
  UNSUPPORTED_MEDIA_TYPE: {
    meaning: 'The body is not `application/json` in UTF-8, or is compressed.',
    advice: FIX_THE_CLIENT,
  },
  TOO_MANY_REQUESTS: {
    meaning: 'Too many requests, connections or unread responses of this client or of all.',
    advice: 'Wait for `Retry-After` seconds, and longer after each further one.',
  },
  HEADERS_TOO_LARGE: { meaning: 'The headers, the URL included, are too long.', advice: FIX_THE_CLIENT },
  INTERNAL_SERVER_ERROR: {
    meaning: 'An error of the server, or a row of another user that was stopped on its way out.',
    advice: 'Do not repeat it. Report the `X-Request-Id`: the operator’s log has the cause.',
  },
  UNAVAILABLE: {
    meaning: 'The database or the token’s keys cannot be reached. The user is still signed in.',
    advice: 'Repeat a query after `Retry-After` seconds. After a mutation, read first whether it took effect.',
  },
};

/** When a value breaks a rule: `extensions.rule` of BAD_USER_INPUT. */
export const INPUT_RULE_GUIDE: Readonly<Record<InputRule, string>> = {
  required: 'The value is missing.',
  notNull: 'The value is null, which is not allowed here.',
  type: 'The value has another type, such as a text in place of a number.',
  enum: 'The value is not one of the values of the enum.',
  format: 'The text does not have the format of its type, such as the timestamp of `DateTime`.',
  unknownField: 'The input object has no field of this name.',
  oneOf: 'The input object must have exactly one field.',
  length: 'The text has fewer than `min` or more than `max` characters (Unicode code points).',
  characters: 'The text contains NUL or half of a surrogate pair.',
  range: 'The number is less than `min` or greater than `max`.',
  cursor: 'The list did not return this cursor, or not in this order.',
  maxItems: 'The list has `max` items already.',
};
