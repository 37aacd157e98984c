import { callIs, dropFirstOperand, returns } from '../changes.ts';
import { propertyIs, replaceStringPart } from '../literal-changes.ts';
import { type Mutant, mutantsIn } from '../mutant.ts';

/** Attacks on accounts: sign-in, sessions, limits, the security log. */
export const ACCOUNT_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('accounts', 'web/auth/better-auth-options.ts', [
    [
      'A sign-up request sets its own role.',
      'betterAuthOptions',
      propertyIs('input', 'true'),
      'web/auth/auth-gateway.test.ts',
    ],
    [
      'Requests of other origins are accepted.',
      'betterAuthOptions',
      propertyIs('disableOriginCheck', 'true'),
      'web/auth/auth-gateway.test.ts',
    ],
  ]),
  ...mutantsIn('accounts', 'web/auth/auth-gateway.ts', [
    ['Sign-in attempts are not limited.', '', callIs('takeAttempt', 'null'), 'web/auth/better-auth-options.test.ts'],
  ]),
  ...mutantsIn('accounts', 'runtime/settings.ts', [
    [
      'The demo account is open on a public API.',
      'isThisMachineOnly',
      dropFirstOperand(),
      'web/auth/demo-account-plugin.test.ts',
    ],
    ['Passwords are sent over plain HTTP.', 'insecureOriginErrors', returns('[]'), 'web/config.test.ts'],
  ]),
  ...mutantsIn('accounts', 'migrations/1795219201200-remove-old-events.ts', [
    [
      'The web app deletes recent entries of the security log.',
      '',
      replaceStringPart(/least\(now\(\) - older_than, now\(\) - interval '2160 hours'\)/, 'now() - older_than'),
      'web/auth/retention.test.ts',
    ],
  ]),
];
