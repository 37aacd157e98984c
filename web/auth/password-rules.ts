import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { brokenRules, type PasswordPolicy } from './password-policy.ts';

/** Where a password is chosen, and in which property of the body it comes. */
const CHOICES: Readonly<Record<string, string>> = {
  '/sign-up/email': 'password',
  '/change-password': 'newPassword',
  '/reset-password': 'newPassword',
};

/** Holds every newly chosen password to the policy; the answer names the rules that it breaks. */
export function passwordRules(policy: PasswordPolicy) {
  return {
    id: 'password-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && path in CHOICES,
          handler: createAuthMiddleware(async (ctx) => {
            const password: unknown = ctx.body?.[CHOICES[ctx.path] ?? ''];
            // Anything but a string is refused by the endpoint's own schema.
            if (typeof password !== 'string') return;
            const broken = brokenRules(policy, COMMON_PASSWORDS, password);
            if (broken.length === 0) return;
            throw new APIError('BAD_REQUEST', {
              code: 'PASSWORD_TOO_WEAK',
              message: `Your password needs ${broken.map(({ demand }) => demand).join(', ')}.`,
              rules: broken.map(({ rule }) => rule),
            });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
