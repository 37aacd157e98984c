import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { audiencesOf, viewerOfAudience } from './audience.ts';
import { createSchemaSdl } from './schema-sdl.ts';
import { ada, createTestPolicy } from './test-harness.ts';

const policy = createTestPolicy(/* GraphQL */ `
  type Query {
    news: [News!]! @public(reason: "For everyone.")
    notes(owner: ID @owner, filter: NoteFilter): [Note!]! @auth
    log: [Note!]! @auth(roles: [ADMIN]) @deprecated(reason: "old")
    audits: [Audit!]! @auth(roles: [AUDITOR])
  }
  type News @public(reason: "For everyone.") { title: String! }
  interface Node @auth { id: ID! }
  type Note implements Node @owner(field: "owner") { id: ID! owner: ID! text: String! secret: String @auth(maxAge: 60) }
  extend type Note @auth(emailVerified: true)
  type Audit implements Node @auth(roles: [AUDITOR]) { id: ID! }
  input NoteFilter { owner: ID @owner text: String = "x" }
`);
const { sdlFor, seesAllOf } = createSchemaSdl(policy);
const viewer = (...roles: readonly string[]) => ({ ...ada, roles });

// covers: CLIENT-01
describe('the SDL of a schema', () => {
  test('has the access directives of types, fields, arguments and input fields', () => {
    const sdl = sdlFor(viewer('ADMIN', 'AUDITOR'));
    for (const part of [
      'interface Node @auth {',
      'type Note implements Node @owner(field: "owner") @auth(emailVerified: true) {',
      'secret: String @auth(maxAge: 60)',
      'owner: ID @owner',
      'input NoteFilter {',
      'log: [Note!]! @deprecated(reason: "old") @auth(roles: [ADMIN])',
    ])
      expect(sdl).toContain(part);
    expect(sdl.match(/owner: ID @owner/g)).toHaveLength(2);
  });

  test('has the requirement in the description of each field, as introspection has', () => {
    expect(sdlFor(viewer())).toMatch(
      /Access: signed in; only the owner; verified e-mail address[^"]*"""\s+text: String!/,
    );
  });

  test('omits what introspection hides from the viewer', () => {
    expect(sdlFor(viewer())).not.toMatch(/log|audits|type Audit|AUDITOR\]/);
    expect(sdlFor(null)).not.toMatch(/Note|Node|@auth|@owner/);
  });

  test('is valid, with the definitions of the directives in use and of the types of their arguments', () => {
    for (const each of [null, viewer(), viewer('USER'), viewer('ADMIN', 'AUDITOR')]) buildSchema(sdlFor(each));
    expect(sdlFor(viewer())).not.toMatch(/^scalar/m);
    expect(sdlFor(null).match(/^directive @\w+/gm)).toEqual(['directive @public']);
    expect(sdlFor(viewer())).toMatch(/^enum Role/m);
  });

  test('is the same text for viewers who see the same', () => {
    expect(sdlFor({ ...viewer('USER'), userId: 'ben', emailVerified: false })).toBe(sdlFor(viewer()));
  });
});

// covers: CLIENT-02
test.each([
  [viewer('ADMIN'), viewer('USER'), true],
  [viewer('ADMIN'), null, true],
  [viewer(), null, true],
  [viewer('USER'), viewer(), true],
  [null, null, true],
  [viewer('USER'), viewer('ADMIN'), false],
  [viewer('ADMIN'), viewer('AUDITOR'), false],
  [viewer('ADMIN'), viewer('AUDITOR', 'ADMIN'), false],
  [null, viewer(), false],
])('seesAllOf(%o, %o) is %s', (one, other, expected) => {
  expect(seesAllOf(one, other)).toBe(expected);
});

describe('an audience', () => {
  test('audiencesOf has the anonymous one and each role', () => {
    expect(audiencesOf(policy.schema)).toEqual(['ANONYMOUS', 'USER', 'ADMIN', 'AUDITOR']);
  });

  test('viewerOfAudience has only its role; ANONYMOUS is null, and another name is none', () => {
    expect(viewerOfAudience(policy.schema, 'ANONYMOUS')).toBeNull();
    expect(viewerOfAudience(policy.schema, 'ADMIN')).toMatchObject({ roles: ['ADMIN'] });
    for (const name of ['', 'admin', 'constructor', 'OWNER'])
      expect(viewerOfAudience(policy.schema, name)).toBeUndefined();
  });
});

// covers: RULES-02
test('the SDL of a viewer has the visible input fields with their rules, and seesAllOf compares them', () => {
  const sdl = createSchemaSdl(
    createTestPolicy('type Query { find(in: In): Int @auth } input In { a: Int b: Int @auth(roles: [ADMIN]) }'),
  );
  expect(sdl.sdlFor(viewer('ADMIN'))).toContain('b: Int @auth(roles: [ADMIN])');
  expect(sdl.sdlFor(viewer('USER'))).not.toContain('b: Int');
  expect(sdl.seesAllOf(viewer('USER'), viewer('ADMIN'))).toBe(false);
  expect(sdl.seesAllOf(viewer('ADMIN'), viewer('USER'))).toBe(true);
});
