import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { unmetChecks, type PasswordPolicy } from './password-policy.ts';

/** Where a password is chosen, and in which property of the body it comes. */
const PASSWORD_FIELDS: Readonly<Record<string, string>> = {
  '/sign-up/email': 'password',
  '/change-password': 'newPassword',
  '/reset-password': 'newPassword',
};

/** Holds every newly chosen password to the policy; the answer names the rules that it breaks. */
export function passwordRulesPlugin(policy: PasswordPolicy) {
  return {
    id: 'password-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && path in PASSWORD_FIELDS,
          handler: createAuthMiddleware(async (ctx) => {
            const password: unknown = ctx.body?.[PASSWORD_FIELDS[ctx.path] ?? ''];
            // Anything but a string is refused by the endpoint's own schema.
            if (typeof password !== 'string') return;
            const unmet = unmetChecks(policy, COMMON_PASSWORDS, password);
            if (unmet.length === 0) return;
            throw new APIError('BAD_REQUEST', {
              code: 'PASSWORD_TOO_WEAK',
              message: `Your password needs ${unmet.map(({ requirement }) => requirement).join(', ')}.`,
              rules: unmet.map(({ rule }) => rule),
            });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
