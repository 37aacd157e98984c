import { mutantsIn } from './file-mutant.ts';

/** Around the accounts: who may sign in, how often, over what, and what is kept of it. */
export const ACCOUNT_MUTANTS = [
  ...mutantsIn('accounts', 'web/auth/better-auth-options.ts', [
    {
      name: 'a role is had by asking',
      find: `defaultValue: 'USER', input: false`,
      replace: `defaultValue: 'USER', input: true`,
      killedBy: 'web/auth/auth-gateway.test.ts',
    },
    {
      name: 'other sites may use the cookie',
      find: 'disableOriginCheck: false,\n      disableCSRFCheck: false,',
      replace: 'disableOriginCheck: true,\n      disableCSRFCheck: true,',
      killedBy: 'web/auth/auth-gateway.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'web/auth/better-auth-options.ts', [
    {
      name: 'a client says which address it has',
      find: `ipAddressHeaders: ['x-forwarded-for']`,
      replace: `ipAddressHeaders: ['x-client-ip', 'x-forwarded-for']`,
      killedBy: 'web/auth/answers.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'web/auth/sessions.ts', [
    {
      name: 'an account has any number of sessions',
      find: 'where place > $3)',
      replace: 'where place > $3 + 1000000)',
      killedBy: 'web/auth/sessions.test.ts',
    },
    {
      name: 'an end of a session is recorded that did not happen',
      find: 'ctx.setHeader(SESSIONS_ENDED, String(ended))',
      replace: `ctx.setHeader(SESSIONS_ENDED, String(ended || 1))`,
      killedBy: 'web/auth/security-log.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'web/auth/demo-account.ts', [
    {
      name: 'an old session of the demo account goes on',
      find: 'isDemo(found?.email) || isDemo(found?.user?.email) ? null : found',
      replace: 'isDemo(found?.email) ? null : found',
      killedBy: 'web/auth/demo-account.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'runtime/demo-account.ts', [
    {
      name: 'the demo account is open at a public API',
      find: 'return isLoopback(API_URL) && isLoopback(WEB_URL);',
      replace: 'return isLoopback(WEB_URL);',
      killedBy: 'web/auth/demo-account.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'web/auth/person-name.ts', [
    {
      name: 'a name hides a text',
      find: '!UNSEEN.test(rest) &&',
      replace: '',
      killedBy: 'web/auth/person-name.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'migrations/1795219201200-remove-old-events.ts', [
    {
      name: 'the web app erases its traces',
      find: `least(now() - older_than, now() - interval '2160 hours')`,
      replace: 'now() - older_than',
      killedBy: 'web/auth/retention.test.ts',
    },
    {
      name: 'the time zone of a session moves the least age of an entry',
      find: `interval '2160 hours'`,
      replace: `interval '90 days'`,
      killedBy: 'web/auth/retention.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'web/auth/retention.ts', [
    {
      name: 'the lock of retention stays with a session',
      find: 'select pg_try_advisory_xact_lock($1) as mine',
      replace: 'select pg_try_advisory_lock($1) as mine',
      killedBy: 'web/auth/retention.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'web/auth/auth-gateway.ts', [
    {
      name: 'an answer about an account may be stored',
      find: `headers.set('Cache-Control', 'no-store');`,
      replace: '',
      killedBy: 'web/auth/answers.test.ts',
    },
    {
      name: 'attempts are not counted',
      find: 'if (retryAfter !== null)',
      replace: 'if (retryAfter !== null && retryAfter < 0)',
      killedBy: 'web/auth/better-auth-options.test.ts',
    },
    {
      name: 'one queue for all addresses',
      find: 'door.runInTurn(network, work)',
      replace: `door.runInTurn('', work)`,
      killedBy: 'web/auth/flood.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'migrations/1795219201000-count-attempts-in-a-sliding-window.ts', [
    {
      name: 'the window of a limit begins anew, and does not slide',
      find: 'where hit > at_ms - span order by hit',
      replace: 'where hit / span = at_ms / span order by hit',
      killedBy: 'web/auth/rate-limit.test.ts',
    },
    {
      name: 'a limit waits for a clock that was set back',
      find: 'select least(hit, at_ms) from',
      replace: 'select hit from',
      killedBy: 'web/auth/rate-limit.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'web/auth/account-event.ts', [
    {
      name: 'a change of password leaves no entry',
      find: `['POST /change-password', 'PASSWORD_CHANGED'],`,
      replace: '',
      killedBy: 'web/auth/security-log.test.ts',
    },
  ]),
  ...mutantsIn('accounts', 'runtime/settings.ts', [
    {
      name: 'passwords travel in the open',
      find: 'if (address === undefined || isConfidential(address)) return [];',
      replace: 'return [];',
      killedBy: 'web/config.test.ts',
    },
  ]),
  ...mutantsIn('faults', 'runtime/http/server.ts', [
    {
      name: 'a server that stops destroys its idle connections',
      find: 'NetServer.prototype.close.call(server);',
      replace: 'server.close();',
      killedBy: 'runtime/http/server.test.ts',
    },
    {
      name: 'a kept connection is ended as soon as a server stops',
      find: 'connections.endIdle(LAST_REQUESTS, GOODBYE);',
      replace: 'connections.endIdle(0, GOODBYE);',
      killedBy: 'runtime/http/server.test.ts',
    },
    {
      name: 'a server that stops does not say so in its answers',
      find: 'connections.announceEnd();',
      replace: '',
      killedBy: 'runtime/http/server.test.ts',
    },
  ]),
  ...mutantsIn('memory', 'runtime/http/connections.ts', [
    {
      name: 'a client that does not read lives on by sending',
      find: 'this.#taken.since(now, this.socket.writableLength > 0, bytesWritten, queuedBytes(this.socket))',
      replace:
        'this.#taken.since(now, this.socket.writableLength > 0, bytesWritten, queuedBytes(this.socket), bytesRead)',
      killedBy: 'runtime/http/server.test.ts',
    },
    {
      name: 'anybody may name the caller whose limit counts',
      find: 'const exchange = { request, response, caller,',
      replace: "const exchange = { request, response, caller: String(request.headers['x-forwarded-for'] ?? caller),",
      killedBy: 'runtime/http/server.test.ts',
    },
  ]),
  ...mutantsIn('memory', 'server/http/executor.ts', [
    {
      name: 'answers that were asked for at once are all sent, read or not',
      find: 'if (overload !== null) throw new Undeliverable(overload);',
      replace: '',
      killedBy: 'test/api/stalled-reader.test.ts',
    },
  ]),
  ...mutantsIn('other sites', 'server/http/cors.ts', [
    {
      name: 'explorers are let in on every path',
      find: String.raw`/^\/graphql(?:\?|$)/.test(url)`,
      replace: 'url !== undefined',
      killedBy: 'test/api/sandbox.test.ts',
    },
    {
      name: 'whatever begins like an explorer is let in',
      find: 'explorers.includes(origin)',
      replace: 'explorers.some((one) => origin.startsWith(one))',
      killedBy: 'test/api/sandbox.test.ts',
    },
    {
      name: 'a page of an explorer may send the browser’s own credentials',
      find: "methods: ['POST'],",
      replace: "methods: ['POST'], credentials: true,",
      killedBy: 'test/api/sandbox.test.ts',
    },
  ]),
] as const;
