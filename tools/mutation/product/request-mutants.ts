import { mutantsIn } from './file-mutant.ts';

/** From the socket to the resolver and back: tokens, the judgement, the answer. */
export const REQUEST_MUTANTS = [
  ...mutantsIn('tokens', 'server/authentication/authenticate.ts', [
    {
      name: 'a session that has ended goes on',
      find: `return { kind: 'bad-token', fault: 'revoked' };`,
      replace: `return { kind: 'viewer', viewer };`,
      killedBy: 'server/authentication/authenticate.test.ts',
    },
    {
      name: 'a bad token is served as anonymous',
      find: `return { kind: 'bad-token', fault: verified.fault };`,
      replace: `return { kind: 'anonymous' };`,
      killedBy: 'server/authentication/authenticate.test.ts',
    },
  ]),
  ...mutantsIn('tokens', 'server/authentication/token-verifier.ts', [
    {
      name: 'a token that is known runs for ever',
      find: 'return timely(text, known.payload, now);',
      replace: 'return { claims: known.payload as never };',
      killedBy: 'server/authentication/token-verifier.test.ts',
    },
    {
      name: 'a token that is known outlives its key',
      find: 'if ((await keys.find(known.kid, now)) === known.key)',
      replace: 'if (known.key)',
      killedBy: 'server/authentication/token-verifier.test.ts',
    },
    {
      name: 'a token for somebody else is taken',
      find: "if (payload['aud'] !== audience) return { fault: 'audience' };",
      replace: '',
      killedBy: 'server/authentication/token-verifier.test.ts',
    },
  ]),
  ...mutantsIn('tokens', 'server/authentication/refreshing-keys.ts', [
    {
      name: 'a key that was published after the last list is called unknown',
      find: "return isCurrent() ? 'unknown' : { retryAfter: untilNextLoad(now) };",
      replace: "return 'unknown';",
      killedBy: 'server/authentication/refreshing-keys.test.ts',
    },
    {
      name: 'invented key ids cost a question each',
      find: 'return now >= gapEnds && now > minuteEnds;',
      replace: 'return now >= gapEnds;',
      killedBy: 'server/authentication/refreshing-keys.test.ts',
    },
  ]),
  ...mutantsIn('revocation', 'server/data/revocation/revocation-listener.ts', [
    {
      name: 'a notification revokes without a row',
      find: 'if (isIdentifier(payload) && !dead.has(payload)) hints.add(payload);',
      replace: 'if (isIdentifier(payload)) learn(payload);',
      killedBy: 'server/data/revocation/revocation-listener.test.ts',
    },
    {
      name: 'a revocation is forgotten before the last token has ended',
      find: 'const keepFor = longestLife + CLOCKS;',
      replace: 'const keepFor = longestLife / 2;',
      killedBy: 'server/data/revocation/revocation-listener.test.ts',
    },
  ]),
  ...mutantsIn('revocation', 'server/data/revocation/notification-channel.ts', [
    {
      name: 'a late answer proves what has been so since',
      find: 'this.#provenAt = askedAt;',
      replace: 'this.#provenAt = performance.now();',
      killedBy: 'server/data/revocation/notification-channel.test.ts',
    },
  ]),
  ...mutantsIn('tokens', 'server/authentication/claims.ts', [
    {
      name: 'two names for two users are one viewer',
      find: 'payload.sub !== payload.user_id || !USER_ID',
      replace: '!USER_ID',
      killedBy: 'server/authentication/claims.test.ts',
    },
  ]),
  ...mutantsIn('the judgement', 'server/http/executor.ts', [
    {
      name: 'mutations of signed-in callers are not judged',
      find: 'verdict = judge(policy, plan, operation, variables, viewer, now());',
      replace: `verdict =
      viewer && operation.operation === 'mutation'
        ? ({ kind: 'allowed' } as ReturnType<typeof judge>)
        : judge(policy, plan, operation, variables, viewer, now());`,
      killedBy: 'test/walls/engine-layer.test.ts',
    },
    {
      name: 'a refused request runs',
      find: 'return { errors: verdict.refusals.map(errorOf) };',
      replace: 'return { ...(await answer(request)), errors: verdict.refusals.map(errorOf) };',
      killedBy: 'server/http/executor.test.ts',
    },
    {
      name: 'everybody sees the whole schema',
      find: 'execute(asked, viewer)',
      replace: "execute(asked, { userId: 'anybody', roles: ['ADMIN'], authTime: 0, emailVerified: true })",
      killedBy: 'test/api/introspection.test.ts',
    },
    {
      name: 'a mutation with errors has an effect',
      find: 'if (result.errors) throw new Withdrawn(result);',
      replace: '',
      killedBy: 'test/api/row-isolation.test.ts',
    },
    {
      name: 'what the guard stopped is one error among the data',
      find: 'if (causes.some((cause) => cause instanceof AccessBreach)) return failed();',
      replace: '',
      killedBy: 'test/walls/guard-alarm.test.ts',
    },
    {
      name: 'a database that went away leaves half an answer',
      find: 'if (outage !== undefined) return unavailable(outage);',
      replace: '',
      killedBy: 'server/http/executor.test.ts',
    },
  ]),
  ...mutantsIn('the guard', 'server/app.ts', [
    {
      name: 'the guard stands nowhere',
      find: 'guardSchema<Context>(policy, {',
      replace: 'void ((..._: Parameters<typeof guardSchema<Context>>) => undefined)(policy, {',
      killedBy: 'test/walls/guard-alarm.test.ts',
    },
  ]),
  ...mutantsIn('sharing between requests', 'server/http/graphql-route.ts', [
    {
      name: 'a cache may keep what one caller was told',
      find: "'cache-control': 'private, no-store', ",
      replace: '',
      killedBy: 'test/api/transport.test.ts',
    },
  ]),
  ...mutantsIn('memory', 'server/http/cost-limits.ts', [
    {
      name: 'a long text weighs nothing',
      find: "texts: new Map([['Task.description', 10]])",
      replace: 'texts: new Map()',
      killedBy: 'test/api/cost.test.ts',
    },
  ]),
  ...mutantsIn('memory', 'server/http/document-cache.ts', [
    {
      name: 'documents that are refused push out the others',
      find: 'length > longest || !isGood(document)',
      replace: 'length > longest',
      killedBy: 'server/http/apollo-server.test.ts',
    },
    {
      name: 'a long document is kept',
      find: 'length > longest || !isGood(document)',
      replace: '!isGood(document)',
      killedBy: 'server/http/apollo-server.test.ts',
    },
  ]),
  ...mutantsIn('disclosure', 'server/http/document-validation.ts', [
    {
      name: 'a wrong name is answered with the right one',
      find: 'message: withoutSuggestion(message)',
      replace: 'message',
      killedBy: 'test/api/disclosure.test.ts',
    },
    {
      name: 'introspection that is switched off answers',
      find: 'const rules = introspection ?',
      replace: 'const rules = schema ?',
      killedBy: 'test/api/introspection.test.ts',
    },
  ]),
  ...mutantsIn('writes', 'server/resolvers/task-mutations.ts', [
    {
      name: 'the expected version is not handed on',
      find: 'expectedVersion ?? null, askedFor(info)',
      replace: 'null, askedFor(info)',
      killedBy: 'test/api/task-operations.test.ts',
    },
    {
      name: 'deleting what is not there succeeds',
      find: 'if (!(await data.tasks.delete(id))) throw notFound();',
      replace: 'await data.tasks.delete(id);',
      killedBy: 'test/api/foreign-or-missing.test.ts',
    },
  ]),
  ...mutantsIn('oracles', 'server/resolvers/step-mutations.ts', [
    {
      name: 'a foreign task is told from a bad value',
      find: 'if (added === null) throw notFound();',
      replace: "if (added === null) throw badUserInput('taskId', 'not yours');",
      killedBy: 'test/api/foreign-or-missing.test.ts',
    },
  ]),
  ...mutantsIn('arguments', 'schema/task.graphql', [
    {
      name: 'a task may be made for whomever the caller names',
      find: '"Whose task it will be: the caller\'s own id, or nothing at all."\n  userId: ID @owner',
      replace: '"Whose task it will be: the caller\'s own id, or nothing at all."\n  userId: ID',
      killedBy: 'test/walls/engine-layer.test.ts',
    },
    {
      name: 'a type’s owner is forgotten',
      find: 'type Task @owner(field: "userId") {',
      replace: 'type Task @auth {',
      killedBy: 'server/executable-schema.test.ts',
    },
    {
      name: 'clearing asks for no recent sign-in',
      find: '@auth(maxAge: 300)',
      replace: '@auth',
      killedBy: 'test/api/response-table.test.ts',
    },
  ]),
] as const;
