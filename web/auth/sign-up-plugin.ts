import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { isDisplayable, normalizeName } from './display-name.ts';

const invalidEmail = () => new APIError('BAD_REQUEST', { code: 'INVALID_EMAIL', message: 'Invalid email' });

/**
 * Returns a name as it is stored.
 * @throws {APIError} 400 NAME_NOT_VALID for a name that must not be shown to other users
 */
export function validName(rawName: string): string {
  const name = normalizeName(rawName);
  if (isDisplayable(name)) return name;
  throw new APIError('BAD_REQUEST', {
    code: 'NAME_NOT_VALID',
    message: 'Invalid name: 1 to 100 characters, none of them invisible or changing the text direction.',
  });
}

/**
 * Returns the name to store: the name of the request or, without one, the part of the address before the @, so that an
 * e-mail address and a password are enough to sign up.
 * @throws {APIError} 400 NAME_NOT_VALID or INVALID_EMAIL for a name or an address that must not be shown
 */
function nameFor(rawName: unknown, email: unknown): string {
  if (typeof rawName === 'string' && normalizeName(rawName) !== '') return validName(rawName);
  const local = typeof email === 'string' ? (email.trim().split('@')[0] ?? '') : '';
  if (local !== '' && !isDisplayable(local)) throw invalidEmail();
  return local;
}

/** RFC 5321 §4.5.3.1: a path has at most 256 octets with its brackets, a local part at most 64. */
export const MAX_EMAIL_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;

/**
 * Rejects an address that is too long for mail. Every token contains its user's address: Better Auth accepts one of
 * 40 kB, with which a token fits into no request, and one of 3 kB does not fit into an index.
 * @throws {APIError} 400 INVALID_EMAIL, as Better Auth does for other invalid addresses
 */
function checkLength(email: unknown): void {
  if (typeof email !== 'string') return;
  if (email.length > MAX_EMAIL_LENGTH || email.indexOf('@') > MAX_LOCAL_PART_LENGTH) throw invalidEmail();
}

/** Adds rules to sign-up: for the name, the length of the address, and concurrent sign-ups with one address. */
export function signUpPlugin() {
  return {
    id: 'sign-up-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/sign-up/email',
          handler: createAuthMiddleware(async ({ body }) => {
            checkLength(body?.email);
            return { context: { body: { ...body, name: nameFor(body?.name, body?.email) } } };
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === '/sign-up/email',
          handler: createAuthMiddleware(async (ctx) => {
            const { returned, internalAdapter } = ctx.context;
            if (!isAPIError(returned) || returned.body?.code !== 'FAILED_TO_CREATE_USER') return;
            // Both of two concurrent sign-ups found the address free; the unique index rejected this one.
            if (await internalAdapter.findUserByEmail(ctx.body.email))
              throw new APIError('UNPROCESSABLE_ENTITY', {
                code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
                message: 'User already exists. Use another email.',
              });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
