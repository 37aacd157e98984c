import { mutantsOf } from './mutant.ts';

/** Around the accounts: who may sign in, how often, over what, and what is kept of it. */
export const ACCOUNT_MUTANTS = [
  ...mutantsOf('accounts', 'web/auth/options.ts', [
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
  ...mutantsOf('accounts', 'web/auth/handler.ts', [
    {
      name: 'attempts are not counted',
      find: 'if (retryAfter !== null)',
      replace: 'if (retryAfter !== null && retryAfter < 0)',
      killedBy: 'web/auth/options.test.ts',
    },
    {
      name: 'one queue for all addresses',
      find: 'door.runInTurn(network, work)',
      replace: `door.runInTurn('', work)`,
      killedBy: 'web/auth/flood.test.ts',
    },
  ]),
  ...mutantsOf('accounts', 'migrations/1795219201000-count-attempts-in-a-sliding-window.ts', [
    {
      name: 'the window of a limit begins anew, and does not slide',
      find: 'where hit > at_ms - span order by hit',
      replace: 'where hit / span = at_ms / span order by hit',
      killedBy: 'web/auth/rate-limit.test.ts',
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
