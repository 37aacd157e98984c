import { describe, expect, test } from 'vitest';
import { createTestPolicy } from '../test-harness.ts';
import { diffAccess } from './diff-access.ts';
import { renderDiff, unsafeKinds } from './format-diff.ts';

const SDL = `
  type Query { task(id: ID!): Task @auth, tasks(userId: ID @owner): [Task!]! @auth, log: Log @auth(roles: [ADMIN]) }
  type Task @owner { id: ID! userId: ID! title: String! state: State }
  type Log @auth { text: String @auth(roles: [ADMIN]) }
  enum State { OPEN DONE }
`;

/** Returns the diff from the schema above to the same with one text replaced. */
function diffWith(text: string, replacement: string) {
  expect(SDL).toContain(text);
  // A scalar of the next version alone, where the replacement uses it.
  const scalar = /\bAt\b/.test(replacement) ? 'scalar At' : '';
  return diffAccess(createTestPolicy(SDL), createTestPolicy(SDL.replace(text, replacement) + scalar));
}

const summaryOf = (text: string, replacement: string) =>
  diffWith(text, replacement).map(({ coordinate, kinds }) => `${coordinate}: ${kinds.join(', ')}`);

// covers: DIFF-01, DIFF-02
describe('diffAccess', () => {
  test.each([
    ['nothing', 'OPEN DONE', 'OPEN DONE', []],
    ['an added enum value', 'OPEN DONE', 'OPEN DONE LATE', ['State.LATE: added']],
    ['a removed enum value', 'OPEN DONE', 'OPEN', ['State.DONE: removed, breaking']],
    ['an added field', 'title:', 'note: Int title:', ['Task.note: added, wider']],
    ['a removed field', 'title: String!', '', ['Task.title: removed, narrower, breaking']],
    ['a field that becomes nullable', 'title: String!', 'title: String', ['Task.title: breaking']],
    ['@owner removed from an argument', 'ID @owner', 'ID', ['Query.tasks(userId:): wider']],
    ['an added argument with an id', 'task(id: ID!', 'task(user: ID id: ID!', ['Query.task(user:): added, wider']],
    ['an added @owner argument', 'task(id: ID!', 'task(user: ID @owner id: ID!', ['Query.task(user:): added']],
    ['an added argument of a scalar', 'task(id: ID!', 'task(at: At id: ID!', ['At: added', 'Query.task(at:): added']],
    ['@owner removed with the type ID', 'ID @owner', 'String', ['Query.tasks(userId:): wider, breaking']],
    ['@owner removed for a number', 'ID @owner', 'Int', ['Query.tasks(userId:): wider, breaking']],
    ['@owner removed for a scalar', 'ID @owner', 'At', ['At: added', 'Query.tasks(userId:): wider, breaking']],
    ['@owner removed for an enum', 'ID @owner', 'State', ['Query.tasks(userId:): wider, breaking']],
    ['an added argument with text', 'task(id: ID!', 'task(text: String id: ID!', ['Query.task(text:): added']],
    ['a required argument', 'log:', 'log(day: Int!):', ['Query.log(day:): added, breaking']],
    [
      '@owner removed from a type',
      '@owner {',
      '@auth {',
      ['Task: wider', 'Task.id: wider', 'Task.state: wider', 'Task.title: wider', 'Task.userId: wider'],
    ],
    [
      'an added type',
      'enum State',
      'extend type Query { note: Note @auth } type Note @auth { text: Int } enum State',
      ['Note: added, wider', 'Query.note: added, wider'],
    ],
  ])('reports for %s', (_, text, replacement, expected) => {
    expect(summaryOf(text, replacement)).toEqual(expected);
  });

  test.each([
    ['Int', 'ID', ['wider', 'breaking']],
    ['Int', 'At', ['breaking']],
    ['At', 'ID', ['breaking']],
    ['ID', 'At', ['breaking']],
    ['At', 'String', ['breaking']],
    ['At', 'ID @owner', ['narrower', 'breaking']],
  ])('reports an argument of %s that becomes %s as %j', (before, after, kinds) => {
    const policyWith = (type: string) =>
      createTestPolicy(`scalar At type Query { a(of: ${type}): Int @auth, b(id: ID, n: Int, at: At): Int @auth }`);
    expect(diffAccess(policyWith(before), policyWith(after))).toMatchObject([{ coordinate: 'Query.a(of:)', kinds }]);
  });

  // covers: RULES-03
  test.each([
    [
      'roles: [ADMIN]) }\n  type Task',
      'roles: [ADMIN], onRefusal: NULL) }\n  type Task',
      'now makes the field null in a query',
    ],
    ['state: State }', 'state: State @auth(roles: [ADMIN]) }', null],
  ])('reports a refusal that becomes null as breaking, and nobody gains access: %j', (text, replacement, detail) => {
    const changes = diffWith(text, replacement);
    expect(changes.filter(({ kinds }) => kinds.includes('breaking')).map((change) => change.details)).toEqual(
      detail === null ? [] : [[`a refusal refused the request, ${detail}`]],
    );
    expect(changes.flatMap(({ gains }) => gains)).toEqual([]);
    const reversed = diffAccess(createTestPolicy(SDL.replace(text, replacement)), createTestPolicy(SDL));
    expect(reversed.flatMap(({ details }) => details).filter((each) => each.includes('refusal'))).toEqual(
      detail === null ? [] : ['a refusal made the field null in a query, now refuses the request'],
    );
  });

  // covers: RULES-03
  test('shows that a field was null to a caller who gains access to it', () => {
    const before = createTestPolicy('type Query { a: Int @auth(roles: [ADMIN], onRefusal: NULL) }');
    const after = createTestPolicy('type Query { a: Int @auth(roles: [USER], onRefusal: NULL) }');
    const [change] = diffAccess(before, after);
    expect(change).toMatchObject({ coordinate: 'Query.a', kinds: ['incomparable'], request: { before: 'null' } });
    expect(renderDiff(diffAccess(before, after))).toContain('role USER: null before, allowed now');
  });

  test('has no request if every operation that reaches the element requires more', () => {
    const [change] = diffWith('text: String @auth(roles: [ADMIN])', 'text: String');
    expect(change).toMatchObject({
      coordinate: 'Log.text',
      kinds: ['wider'],
      gains: ['signed-in callers without the role ADMIN'],
      request: null,
    });
  });

  test.each([
    ['wider', 'roles: [ADMIN]) }\n  type Task', 'roles: [ADMIN, USER]) }\n  type Task', ['wider']],
    ['incomparable', 'roles: [ADMIN]) }\n  type Task', 'roles: [USER]) }\n  type Task', ['incomparable']],
    ['breaking', 'title: String!', 'title: String', ['breaking']],
    ['narrower', 'title: String!', 'title: String! @auth(maxAge: 60)', []],
    ['added without access', 'OPEN DONE', 'OPEN DONE LATE', []],
  ])(
    'a change that is %s is unsafe only if an audience gains access or a client breaks',
    (_, text, replacement, kinds) => {
      expect(diffWith(text, replacement).flatMap(unsafeKinds)).toEqual(kinds);
    },
  );
});

// covers: DIFF-02
test('renderDiff prints the kinds, what was required, who gains, and the request with both answers', () => {
  expect(renderDiff([])).toBe('');
  expect(renderDiff(diffWith('log: Log @auth(roles: [ADMIN])', 'log: Log @auth(maxAge: 60)'))).toBe(
    [
      'incomparable  Query.log',
      '              required role ADMIN, now signed in within 60 s',
      '              gain access: signed-in callers without the role ADMIN',
      '              lose access: callers with the role ADMIN, signed in 61 s ago',
      '              signed in: FORBIDDEN before, allowed now',
      '                query { log { __typename } }',
    ].join('\n'),
  );
  expect(renderDiff(diffWith('title: String!', 'title: String! @auth').concat(diffWith('ID @owner', 'ID')))).toContain(
    'signed in: FORBIDDEN before, allowed now\n         query ($userId: ID) { tasks(userId: $userId) { __typename } }\n',
  );
});

// covers: RULES-02
describe('diffAccess of @auth on input fields', () => {
  const sdl = (rule: string, more = '') =>
    `type Query { find(in: In!): Int @auth(maxAge: 300) } input In { a: Int! b: [Deep] @auth c: ID @owner RULE ${more} } input Deep { n: Int ID }`
      .replace('RULE', rule)
      .replace('n: Int ID', 'n: Int id: ID');
  const changes = (from: string, to: string) => diffAccess(createTestPolicy(from), createTestPolicy(to));

  test('a rule that is removed from an input field is wider, with a request that gives a value', () => {
    const [change, ...others] = changes(sdl('@auth(roles: [ADMIN])'), sdl('@auth(roles: [ADMIN, AUDITOR])'));
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      coordinate: 'In.c',
      kinds: ['wider'],
      details: ['a value required role ADMIN, now role ADMIN or role AUDITOR'],
      gains: ['callers with the role AUDITOR'],
      request: {
        operation: 'query ($in: In!) { find(in: $in) }',
        variables: { in: { a: 1, c: '00000000-0000-4000-8000-000000000001' } },
        caller: { roles: ['AUDITOR'] },
        before: 'FORBIDDEN',
      },
    });
  });

  test('a rule that is added to an input field is narrower', () => {
    expect(changes(sdl(''), sdl('@auth(emailVerified: true)'))).toMatchObject([
      { coordinate: 'In.c', kinds: ['narrower'], losses: ['anonymous callers'] },
    ]);
  });

  test('a new input field is an addition, whatever its rule', () => {
    for (const rule of ['', '@auth(roles: [ADMIN])'])
      expect(changes(sdl(''), sdl('', `d: Int ${rule}`))).toMatchObject([{ coordinate: 'In.d', kinds: ['added'] }]);
  });

  test('a request for an input field satisfies the rules of those around it', () => {
    const inner = (rule: string) =>
      `type Query { find(in: In): Int @auth } input In { a: Int b: Deep @auth(roles: [ADMIN]) } input Deep { n: Int m: Int ${rule} }`;
    expect(changes(inner('@auth(maxAge: 60)'), inner(''))[0]?.request).toMatchObject({
      variables: { in: { b: { m: 1 } } },
      caller: { roles: ['ADMIN'], age: 61 },
      before: 'STEP_UP_REQUIRED',
    });
  });
});
