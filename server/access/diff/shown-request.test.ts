import { expect, test } from 'vitest';
import { createTestPolicy } from '../test-harness.ts';
import { diffAccess } from './diff-access.ts';
import type { ShownRequest } from './shown-request.ts';

/** Returns the request for one element after a text of a schema has been replaced. */
function requestFor(coordinate: string, sdl: string, text: string, replacement: string): ShownRequest | null {
  expect(sdl).toContain(text);
  const changes = diffAccess(createTestPolicy(sdl), createTestPolicy(sdl.replace(text, replacement)));
  const change = changes.find((each) => each.coordinate === coordinate);
  expect(change?.gains).not.toEqual([]);
  return change?.request ?? null;
}

const CALLER = { roles: [], age: 0, emailVerified: true };

// covers: DIFF-02
test('a shown request takes a longer path if the callers that gain may not run the shortest', () => {
  const sdl = `
    type Query { log: Log @auth(roles: [ADMIN]), box: Box @auth }
    type Box @auth { log: Log }
    type Log @auth { text: String @auth(roles: [ADMIN]) }
  `;
  expect(requestFor('Log.text', sdl, 'text: String @auth(roles: [ADMIN])', 'text: String')).toMatchObject({
    operation: 'query { box { log { text } } }',
    caller: CALLER,
    before: 'FORBIDDEN',
  });
});

test('a shown request has a fragment where a field of the path returned another type', () => {
  const sdl = `
    type Query { item: One @auth, other: Two @auth(roles: [ADMIN]) }
    type One @auth { text: String }
    type Two @auth { text: String @auth(roles: [ADMIN]) }
  `;
  const [text, replacement] = ['item: One', 'item: Two'];
  const next = sdl.replace(text, replacement).replace('text: String @auth(roles: [ADMIN])', 'text: String');
  const changes = diffAccess(createTestPolicy(sdl), createTestPolicy(next));
  expect(changes.find(({ coordinate }) => coordinate === 'Two.text')?.request).toMatchObject({
    operation: 'query { item { ... on Two { text } } }',
    before: 'not valid',
  });
});

test('a shown request has a variable for each required argument, with the id of another user in the input', () => {
  const sdl = `
    type Query { a(id: ID!, size: Size!, on: [Int!]!): A @auth }
    type A @auth { b(id: ID! @owner, filter: Filter): Int }
    input Filter { all: [Part!], must: Boolean! }
    input Part { user: ID @owner, name: String! }
    enum Size { S L }
  `;
  expect(requestFor('Part.user', sdl, 'user: ID @owner', 'user: ID')).toMatchObject({
    operation:
      'query ($id: ID!, $size: Size!, $on: [Int!]!, $id2: ID!, $filter: Filter) ' +
      '{ a(id: $id, size: $size, on: $on) { b(id: $id2, filter: $filter) } }',
    variables: {
      id: '00000000-0000-4000-8000-000000000003',
      size: 'S',
      on: [],
      id2: '00000000-0000-4000-8000-000000000001',
      filter: {
        all: [{ user: '00000000-0000-4000-8000-000000000002', name: '00000000-0000-4000-8000-000000000003' }],
        must: true,
      },
    },
    before: 'FORBIDDEN',
  });
});

test('a shown request is a mutation only if no query reaches the element', () => {
  const sdl = `
    type Query { a: Int @auth }
    type Mutation { make: Thing @auth }
    type Thing @owner { userId: ID! note: Int @auth(maxAge: 60) }
  `;
  expect(requestFor('Thing.note', sdl, '@auth(maxAge: 60)', '')).toMatchObject({
    operation: 'mutation { make { note } }',
    caller: { ...CALLER, age: 61 },
    owns: ['userId'],
    before: 'STEP_UP_REQUIRED',
  });
});

test('there is no request for anonymous callers to a field that requires their own id', () => {
  const sdl = 'type Query { a(id: ID! @owner): Int @auth }';
  expect(requestFor('Query.a', sdl, '@auth', '@public(reason: "For all.")')).toBeNull();
});

test.each([
  ['type Task @owner', 'type Task @auth', 'Task', 'no rows'],
  ['title: String @owner', 'title: String', 'Task.title', 'withheld'],
])(
  'on an object of another user, after %s becomes %s, %s was answered before with %s',
  (text, replacement, at, before) => {
    const owner = text.startsWith('type') ? '@owner' : '@auth';
    const sdl = `type Query { task: Task @auth } type Task ${owner} { userId: ID! title: String ${owner === '@auth' ? '@owner' : ''} }`;
    expect(requestFor(at, sdl, text, replacement)).toMatchObject({ caller: CALLER, owns: [], before });
  },
);
