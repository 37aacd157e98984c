import { execute, getOperationAST, parse } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import { guardSchema } from './guard.ts';
import { ada, authorizeRequest, NOW, createTestPolicy } from './test-harness.ts';
import { createIntrospectionSchemas } from './introspection-schema.ts';
import { type AccessViewer, InvalidViewerError, parseViewer } from './access-viewer.ts';

const policy = createTestPolicy(`
  type Query { open: Int @public(reason: "For everyone.") mine: Thing @auth admin: Int @auth(roles: [ADMIN]) }
  type Thing @owner { userId: ID! }
`);

/** Returns the malformed property; null for the whole viewer, undefined if nothing is thrown. */
function malformedProperty(parsing: () => unknown): keyof AccessViewer | null | undefined {
  try {
    parsing();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidViewerError) return error.property;
    throw error;
  }
}

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Malformed viewers, with the malformed property. */
const MALFORMED: readonly (readonly [string, unknown, keyof AccessViewer | null])[] = [
  ['undefined', undefined, null],
  ['false', false, null],
  ['a string', 'ada', null],
  ['a number', 0, null],
  ['a function', Object.assign(() => 1, ada), null],
  ['an array', Object.assign([], ada), null],
  ['an empty object', {}, 'userId'],
  ['a promise of a viewer', Promise.resolve(ada), null],
  ['a viewer with inherited properties', Object.create(ada), 'userId'],
  ['an empty id', { ...ada, userId: '' }, 'userId'],
  ['a blank id', { ...ada, userId: ' \t' }, 'userId'],
  ['an id of zero-width characters', { ...ada, userId: '\u200b\u2060' }, 'userId'],
  ['an id with a trailing blank', { ...ada, userId: 'ada ' }, 'userId'],
  ['an id with a control character', { ...ada, userId: 'ada\u0000' }, 'userId'],
  ['an id with a lone surrogate', { ...ada, userId: 'ada\ud800' }, 'userId'],
  ['a number for an id', { ...ada, userId: 5 }, 'userId'],
  ['a String object for an id', { ...ada, userId: new String('ada') }, 'userId'],
  ['null for an id', { ...ada, userId: null }, 'userId'],
  ['an accessor for an id', Object.defineProperty({ ...ada }, 'userId', { get: () => 'ada' }), 'userId'],
  ['a string for roles', { ...ada, roles: 'ADMINISTRATOR' }, 'roles'],
  ['a Set for roles', { ...ada, roles: new Set(['ADMIN']) }, 'roles'],
  ['an array-like object for roles', { ...ada, roles: { length: 1, 0: 'ADMIN', includes: () => true } }, 'roles'],
  ['no roles', { userId: 'ada', authTime: NOW, emailVerified: true }, 'roles'],
  ['a role that is not a string', { ...ada, roles: ['USER', 5] }, 'roles'],
  ['an array of roles with a hole', { ...ada, roles: Object.assign([], { length: 2, 0: 'USER' }) }, 'roles'],
  ['a nested array for roles', { ...ada, roles: [['ADMIN']] }, 'roles'],
  ['no time', { userId: 'ada', roles: [], emailVerified: true }, 'authTime'],
  ['NaN for a time', { ...ada, authTime: Number.NaN }, 'authTime'],
  ['infinity for a time', { ...ada, authTime: Number.POSITIVE_INFINITY }, 'authTime'],
  ['minus infinity for a time', { ...ada, authTime: Number.NEGATIVE_INFINITY }, 'authTime'],
  ['a time before the epoch', { ...ada, authTime: -1 }, 'authTime'],
  ['a time in milliseconds', { ...ada, authTime: NOW * 1_000 }, 'authTime'],
  ['a Date', { ...ada, authTime: new Date(NOW * 1_000) }, 'authTime'],
  ['a BigInt for a time', { ...ada, authTime: BigInt(NOW) }, 'authTime'],
  ['a string for a time', { ...ada, authTime: String(NOW) }, 'authTime'],
  ['an object for a time', { ...ada, authTime: { valueOf: () => NOW } }, 'authTime'],
  ['a string for a verified address', { ...ada, emailVerified: 'false' }, 'emailVerified'],
  ['a number for a verified address', { ...ada, emailVerified: 1 }, 'emailVerified'],
  ['undefined for a verified address', { ...ada, emailVerified: undefined }, 'emailVerified'],
  ['a string for scopes', { ...ada, scopes: 'read:tasks' }, 'scopes'],
  ['a Set for scopes', { ...ada, scopes: new Set(['read:tasks']) }, 'scopes'],
  ['null for scopes', { ...ada, scopes: null }, 'scopes'],
  ['a scope that is not a string', { ...ada, scopes: [['read:tasks']] }, 'scopes'],
  ['an array of scopes with a hole', { ...ada, scopes: Object.assign([], { length: 1 }) }, 'scopes'],
  ['an accessor for scopes', Object.defineProperty({ ...ada }, 'scopes', { get: () => [] }), 'scopes'],
  ['inherited scopes', Object.assign(Object.create({ scopes: ['read:tasks'] }), ada), 'scopes'],
  ['a revoked proxy', revokedProxy(), null],
];

const planOf = (text: string) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The test has no operation.');
  return { document, operation };
};

describe.each(MALFORMED)('a malformed viewer: %s', (_, value, property) => {
  const viewer = value as AccessViewer | null;

  // covers: ACCESS-05
  test('a malformed viewer makes authorize throw, even for a public operation', () => {
    expect(malformedProperty(() => authorizeRequest(policy, '{ open }', viewer))).toBe(property);
    expect(malformedProperty(() => authorizeRequest(policy, '{ mine { userId } admin }', viewer))).toBe(property);
  });

  // covers: ACCESS-05
  test('a malformed viewer makes the guard fail the field', async () => {
    const guarded = createTestPolicy(
      'type Query @auth { mine: Thing } type Thing @owner(orRoles: [ADMIN]) { userId: ID! }',
    );
    guardSchema(guarded, { viewerOf: () => viewer, onBreach: () => expect.unreachable() });
    const { document } = planOf('{ mine { userId } }');
    const { data, errors } = await execute({
      schema: guarded.schema,
      document,
      rootValue: { mine: { userId: 'ada' } },
    });
    expect(data).toEqual({ mine: null });
    expect(errors?.map(({ originalError }) => originalError)).toEqual([expect.any(InvalidViewerError)]);
  });

  test('a malformed viewer makes introspection and explain throw', () => {
    expect(malformedProperty(() => createIntrospectionSchemas(policy)(viewer))).toBe(property);
    expect(malformedProperty(() => explain(policy, { ...planOf('{ open }'), viewer, now: NOW }))).toBe(property);
  });
});

describe('parseViewer', () => {
  test('returns null for null, the only anonymous viewer', () => {
    expect(parseViewer(null)).toBeNull();
  });

  test('returns a copy of the properties of a well-formed viewer', () => {
    const more = Object.freeze({ ...ada, email: 'ada@example.org' });
    expect(parseViewer(more, NOW)).toEqual({ ...ada, scopes: [] });
    expect(parseViewer(Object.assign(Object.create(null), ada), NOW)).toEqual({ ...ada, scopes: [] });
    expect(parseViewer(new Proxy(ada, {}), NOW)).toEqual({ ...ada, scopes: [] });
    expect(parseViewer({ ...ada, userId: 'Ädä van der Böhm' })).toMatchObject({ userId: 'Ädä van der Böhm' });
  });

  test.each([
    [NOW + 5, true],
    [NOW + 5.001, false],
    [NOW + 6, false],
  ])('compares authTime %d with `now` and accepts it: %s', (authTime, accepted) => {
    expect(malformedProperty(() => parseViewer({ ...ada, authTime }, NOW))).toBe(accepted ? undefined : 'authTime');
    expect(malformedProperty(() => parseViewer({ ...ada, authTime }))).toBeUndefined();
  });

  test('compares authTime with the time of the request in authorize and explain', () => {
    for (const [authTime, property] of [
      [NOW + 5, undefined],
      [NOW + 6, 'authTime'],
    ] as const) {
      const viewer = { ...ada, authTime };
      expect(malformedProperty(() => authorizeRequest(policy, '{ open }', viewer))).toBe(property);
      expect(malformedProperty(() => explain(policy, { ...planOf('{ open }'), viewer, now: NOW }))).toBe(property);
    }
  });

  test('rejects every viewer if `now` is NaN', () => {
    expect(malformedProperty(() => parseViewer(ada, Number.NaN))).toBe('authTime');
  });

  test('throws a message with the property and the expected form, never the value', () => {
    expect(() => parseViewer(undefined)).toThrow(
      'Invalid viewer: it is undefined; expected null for an anonymous request, or an object with own properties userId, roles, authTime, emailVerified and, if it has any, scopes.',
    );
    expect(() => parseViewer({ ...ada, roles: 'SECRET' })).toThrow(
      'Invalid viewer: `roles` is a string of another form; expected an array of strings, empty for no roles.',
    );
    expect(() => parseViewer({ ...ada, userId: 'SECRET\n' })).not.toThrow('SECRET');
  });

  // covers: ACCESS-05
  test('says of a promise that it must be awaited', () => {
    expect(() => parseViewer(Promise.resolve(ada))).toThrow('it is a promise, which must be awaited before; expected');
  });

  test('parses a viewer again that was changed since it was parsed', () => {
    const roles = ['ADMIN'];
    const changing = { ...ada, roles };
    expect(parseViewer(changing)?.roles).toEqual(['ADMIN']);
    roles[0] = 'USER';
    expect(parseViewer(changing)?.roles).toEqual(['USER']);
    roles.pop();
    expect(parseViewer(changing)?.roles).toEqual([]);
    roles.push('ADMIN');
    expect(parseViewer(changing)?.roles).toEqual(['ADMIN']);
    changing.roles = [];
    expect(parseViewer(changing)?.roles).toEqual([]);
    changing.userId = 'ben';
    expect(parseViewer(changing)?.userId).toBe('ben');
    Object.assign(changing, { emailVerified: false, authTime: 5 });
    expect(parseViewer(changing)).toMatchObject({ emailVerified: false, authTime: 5 });
    const scopes = ['write'];
    Object.assign(changing, { scopes });
    expect(parseViewer(changing)?.scopes).toEqual(['write']);
    scopes[0] = 'read';
    expect(parseViewer(changing)?.scopes).toEqual(['read']);
    scopes.pop();
    expect(parseViewer(changing)?.scopes).toEqual([]);
    Object.assign(changing, { scopes: undefined });
    expect(parseViewer(changing)?.scopes).toEqual([]);
    Object.assign(changing, { scopes: ['write'] });
    expect(parseViewer(changing)?.scopes).toEqual(['write']);
    Object.assign(changing, { roles: 'ADMIN' });
    expect(malformedProperty(() => parseViewer(changing))).toBe('roles');
  });

  test('returns a copy whose mutation does not change later results', () => {
    const first = parseViewer(ada) ?? expect.unreachable();
    Object.assign(first, { userId: 'ben', roles: ['ADMIN'] });
    expect(parseViewer(ada)).toEqual({ ...ada, scopes: [] });
    (first.roles as string[]).push('ADMIN');
    expect(parseViewer(ada)).toEqual({ ...ada, scopes: [] });
  });
});

describe('parseViewer with a polluted Object.prototype', () => {
  const polluted: PropertyDescriptorMap = {};
  for (const [name, value] of Object.entries({ ...ada, value: 'ada', 0: 'ADMIN' }))
    polluted[name] = { value, configurable: true, writable: true };
  afterEach(() => {
    for (const name of [...Object.keys(polluted), 'scopes']) Reflect.deleteProperty(Object.prototype, name);
  });

  test('rejects a viewer that was parsed before if the prototype has scopes', () => {
    expect(parseViewer(ada)?.scopes).toEqual([]);
    // oxlint-disable-next-line eslint/no-extend-native -- the attack under test
    Object.defineProperty(Object.prototype, 'scopes', { value: ['write'], configurable: true });
    const complaint = malformedProperty(() => parseViewer(ada));
    Reflect.deleteProperty(Object.prototype, 'scopes');
    expect(complaint).toBe('scopes');
  });

  test('rejects an empty object, an accessor and a hole in roles', () => {
    const accessor = Object.defineProperty({ ...ada }, 'userId', { get: () => 'ada' });
    const hole = { ...ada, roles: Object.assign([], { length: 1 }) };
    // oxlint-disable-next-line eslint/no-extend-native -- the attack under test
    Object.defineProperties(Object.prototype, polluted);
    const complaints = [{}, accessor, hole].map((viewer) => malformedProperty(() => parseViewer(viewer)));
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
    expect(complaints).toEqual(['userId', 'userId', 'roles']);
  });
});
