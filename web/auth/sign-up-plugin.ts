import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { isShowable, trimmedName } from './person-name.ts';

const invalidEmail = () => new APIError('BAD_REQUEST', { code: 'INVALID_EMAIL', message: 'Invalid email' });

/**
 * The form of a name that is kept.
 * @throws {APIError} 400 NAME_NOT_VALID for a name that cannot be shown to others
 */
export function keptName(rawName: string): string {
  const name = trimmedName(rawName);
  if (isShowable(name)) return name;
  throw new APIError('BAD_REQUEST', {
    code: 'NAME_NOT_VALID',
    message: 'A name has 1 to 100 characters, and none that is invisible or changes the direction of the text.',
  });
}

/**
 * The name to keep: what was given, or else the part of the address before the @, so that an e-mail address and a
 * password are enough to sign up.
 * @throws {APIError} 400 NAME_NOT_VALID for a given name, or INVALID_EMAIL for an address, that cannot be shown
 */
function nameFor(rawName: unknown, email: unknown): string {
  if (typeof rawName === 'string' && trimmedName(rawName) !== '') return keptName(rawName);
  const local = typeof email === 'string' ? (email.trim().split('@')[0] ?? '') : '';
  if (local !== '' && !isShowable(local)) throw invalidEmail();
  return local;
}

/** RFC 5321 §4.5.3.1: the longest path is 256 characters with its brackets; before the @ stand 64 at most. */
const MAX_EMAIL_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;

/**
 * Refuses an address that no mail can go to. Every token repeats its user's: with one of 40 kB, which Better Auth takes,
 * no request has room for the token, and with one of 3 kB no index has room for the account.
 * @throws {APIError} 400 INVALID_EMAIL, as Better Auth says it of other forms
 */
function checkLength(email: unknown): void {
  if (typeof email !== 'string') return;
  if (email.length > MAX_EMAIL_LENGTH || email.indexOf('@') > MAX_LOCAL_PART_LENGTH) throw invalidEmail();
}

/** What Better Auth leaves open at sign-up: name and length of the address, and the loser of a race for one address. */
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
            // Two sign-ups passed the first look; the unique index let one through. The other must hear why.
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
