import { mutantsOf } from './mutant.ts';

/** Around the accounts: who may sign in, how often, over what, and what is kept of it. */
export const ACCOUNT_MUTANTS = [
  ...mutantsOf('accounts', 'web/auth/options.ts', [
    {
      name: 'each process counts attempts by itself',
      find: `storage: 'database',`,
      replace: `storage: 'memory',`,
      killedBy: 'web/auth/options.test.ts',
    },
    {
      name: 'a role is had by asking',
      find: `defaultValue: 'USER', input: false`,
      replace: `defaultValue: 'USER', input: true`,
      killedBy: 'web/auth/handler.test.ts',
    },
    {
      name: 'other sites may use the cookie',
      find: 'disableOriginCheck: false,\n      disableCSRFCheck: false,',
      replace: 'disableOriginCheck: true,\n      disableCSRFCheck: true,',
      killedBy: 'web/auth/handler.test.ts',
    },
  ]),
  ...mutantsOf('accounts', 'web/auth/account-event.ts', [
    {
      name: 'a change of password leaves no entry',
      find: `['POST /change-password', 'PASSWORD_CHANGED'],`,
      replace: '',
      killedBy: 'web/auth/security-log.test.ts',
    },
  ]),
  ...mutantsOf('accounts', 'schema/settings.ts', [
    {
      name: 'passwords travel in the open',
      find: 'if (address === undefined || isConfidential(address)) return [];',
      replace: 'return [];',
      killedBy: 'web/config.test.ts',
    },
  ]),
  ...mutantsOf('faults', 'server/http/drain.ts', [
    {
      name: 'what arrived while a server was held up is cut off',
      find: 'await nextTurn();',
      replace: 'void nextTurn;',
      killedBy: 'server/http/drain.test.ts',
    },
    {
      name: 'a server ends before the requests that it has begun',
      find: 'if (underWay > 0) await drained.promise;',
      replace: 'void drained;',
      killedBy: 'server/http/drain.test.ts',
    },
  ]),
] as const;
