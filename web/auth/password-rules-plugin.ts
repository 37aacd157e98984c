import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { AUTH_ENDPOINTS } from './endpoints.ts';
import { unmetChecks, type PasswordPolicy } from './password-policy.ts';

const newPasswordField = (path: string | undefined) => AUTH_ENDPOINTS.get(path ?? '')?.newPassword;

/** Applies the password policy to every new password; the error names the rules that it breaks. */
export function passwordRulesPlugin(policy: PasswordPolicy) {
  return {
    id: 'password-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) => newPasswordField(path) !== undefined,
          handler: createAuthMiddleware(async (ctx) => {
            const password: unknown = ctx.body?.[newPasswordField(ctx.path) ?? ''];
            // The endpoint's own schema rejects other types.
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
