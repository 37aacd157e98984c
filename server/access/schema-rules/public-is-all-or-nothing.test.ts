import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

const QUERY = 'type Query { t: T @auth }';
const OPEN = '@public(reason: "x")';

/** Reasons that a reviewer cannot read, including characters that Unicode counts as letters but that have no width. */
const UNREADABLE = [
  '',
  ' ',
  String.raw`\n\t`,
  ...Array.from('\u00a0\u200b\ufeff\u2060\u00ad\u3164\u2800\u180e\u202e\u{e0041}'),
  '\u200b\u200c\u200d',
  ' \u200b ',
  '\u115f\u1160',
  ...Array.from('.-…🤷'),
  '?!',
];

/** Returns the problem of a `@public` on a restricted element. */
const restricted = (coordinate: string, line: number, by: string) => ({
  rule: 'publicIsAllOrNothing',
  coordinate,
  location: { file: 'schema.graphql', line },
  message: `@public has no effect here: ${by} restricts it`,
  fix: 'remove one of them: rules add up, so @public cannot lift a restriction',
});

describe('publicIsAllOrNothing and reasons', () => {
  test.each([
    ['an object', 'T', `type T\n@public(reason: "REASON") { a: Int } ${QUERY}`],
    ['an extension', 'T', `type T { a: Int } extend type T\n@public(reason: "REASON") ${QUERY}`],
    ['a field', 'T.a', `type T { a: Int\n@public(reason: "REASON") } ${QUERY}`],
    ['an interface', 'I', `interface I\n@public(reason: "REASON") { a: Int } type T implements I { a: Int } ${QUERY}`],
    [
      'the field of an interface',
      'I.a',
      `interface I { a: Int\n@public(reason: "REASON") } type T implements I { a: Int } ${QUERY}`,
    ],
  ])('requires a readable reason on %s', (_, coordinate, sdl) => {
    for (const reason of UNREADABLE)
      expect(problemsOf(createTestSchema(sdl.replace('REASON', reason)))).toEqual([
        {
          rule: 'publicIsAllOrNothing',
          coordinate,
          location: { file: 'schema.graphql', line: 2 },
          message: '@public has no reason',
          fix: 'write why anyone may read this',
        },
      ]);
    for (const reason of ['Asked by visitors.', 'x', '7', '訪', 'ａ\u200b'])
      expect(problemsOf(createTestSchema(sdl.replace('REASON', reason)))).toEqual([]);
  });
});

describe('publicIsAllOrNothing and restrictive rules', () => {
  test.each([
    ['by the same field', 'T.a', '@auth at T.a', `type T { a: Int\n${OPEN} @auth }`],
    ['by its type', 'T.a', '@auth at T', `type T @auth { a: Int\n${OPEN} }`],
    ['by an extension of its type', 'T.a', '@auth at T', `type T { a: Int\n${OPEN} } extend type T @auth`],
    ['by an owner of its type', 'T.a', '@owner at T', `type T @owner(field: "id") { id: ID! a: Int\n${OPEN} }`],
    ['by its interface', 'T.a', '@auth at I', `interface I @auth { a: Int } type T implements I { a: Int\n${OPEN} }`],
    [
      "by its interface's field",
      'T.a',
      '@auth at I.a',
      `interface I { a: Int @auth } type T implements I { a: Int\n${OPEN} }`,
    ],
    [
      'by an interface of its interface',
      'T.a',
      '@auth at J',
      `interface J @auth { a: Int } interface I implements J { a: Int } type T implements I & J { a: Int\n${OPEN} }`,
    ],
    [
      'by an interface that does not know the field',
      'T.b',
      '@auth at I',
      `interface I @auth { a: Int } type T implements I { a: Int b: Int\n${OPEN} }`,
    ],
    ['on the type itself', 'T', '@auth at T', `type T @auth\n${OPEN} { a: Int }`],
    [
      'on the type, by its interface',
      'T',
      '@auth at I',
      `interface I @auth { a: Int } type T implements I\n${OPEN} { a: Int }`,
    ],
    [
      'on an interface itself',
      'I',
      '@auth at I',
      `interface I @auth\n${OPEN} { a: Int } type T implements I { a: Int }`,
    ],
    [
      "on an interface's field",
      'I.a',
      '@auth at I',
      `interface I @auth { a: Int\n${OPEN} } type T implements I { a: Int }`,
    ],
    [
      "on an interface's field, by an interface of its interface",
      'I.a',
      '@auth at J',
      `interface J @auth { a: Int } interface I implements J { a: Int\n${OPEN} } type T implements I & J { a: Int }`,
    ],
    [
      "on an interface's field, by the same field further up",
      'I.a',
      '@auth at J.a',
      `interface J { a: Int @auth } interface I implements J { a: Int\n${OPEN} } type T implements I & J { a: Int }`,
    ],
    [
      'on an interface, by an interface of its interface',
      'I',
      '@auth at J',
      `interface J @auth { a: Int } interface I implements J\n${OPEN} { a: Int } type T implements I & J { a: Int }`,
    ],
  ])('reports @public on what is restricted %s', (_, coordinate, by, sdl) => {
    expect(problemsOf(createTestSchema(`${sdl} ${QUERY}`))).toEqual([restricted(coordinate, 2, by)]);
    const neighbour = sdl.replace(OPEN, '');
    expect(problemsOf(createTestSchema(`${neighbour} ${QUERY}`))).toEqual([]);
  });

  test('reports @public on an interface without implementing types that its interface restricts', () => {
    const sdl = `interface J @auth { a: Int } interface I implements J { a: Int\n${OPEN} }`;
    expect(problemsOf(createTestSchema(`${sdl} type T { a: Int @auth } ${QUERY}`))).toEqual([
      restricted('I.a', 2, '@auth at J'),
    ]);
  });

  test('reports @public on a type whose extension restricts it', () => {
    const extended = `${QUERY}\nextend type T ${OPEN}\ntype T @auth { a: Int }`;
    expect(problemsOf(createTestSchema(extended))).toEqual([restricted('T', 2, '@auth at T')]);
  });

  test('reports @public at every restricted element, together with a missing reason', () => {
    const sdl = `type T @auth {\n  a: Int ${OPEN}\n  b: Int @public(reason: "")\n} ${QUERY}`;
    expect(
      problemsOf(createTestSchema(sdl)).map(({ coordinate, location, message }) => [
        coordinate,
        location?.line,
        message,
      ]),
    ).toEqual([
      ['T.a', 2, '@public has no effect here: @auth at T restricts it'],
      ['T.b', 3, '@public has no reason'],
      ['T.b', 3, '@public has no effect here: @auth at T restricts it'],
    ]);
  });
});

test.each([
  ['a restricted field in a public type', `type T ${OPEN} { a: Int b: Int @auth }`],
  ['a restricted field and a public one in one type', `type T { a: Int ${OPEN} b: Int @auth }`],
  ['an owner argument of a public field', `type T { a(by: ID @owner): Int ${OPEN} }`],
  ['a public field that returns a restricted type', `type T { c: C ${OPEN} } type C @auth { a: Int }`],
  [
    'a public field, public in its interface too',
    `interface I { a: Int ${OPEN} } type T implements I { a: Int ${OPEN} }`,
  ],
])('publicIsAllOrNothing accepts %s', (_, sdl) => {
  expect(problemsOf(createTestSchema(`${sdl} ${QUERY}`))).toEqual([]);
});

describe('publicIsAllOrNothing and owned result types', () => {
  test('reports a public field that returns an owned type at the first @public that covers it', () => {
    const owned = 'type T @owner { userId: ID! }';
    for (const sdl of [
      `type Query\n${OPEN} { t: T }`,
      `type Query { t: T\n${OPEN} }`,
      `type Query\n${OPEN} { t: T ${OPEN} }`,
      `type Query implements I { t: T } interface I { t: T\n${OPEN} }`,
      `type Query implements I { t: T } interface I\n${OPEN} { t: T }`,
    ])
      expect(
        problemsOf(createTestSchema(sdl, owned)).map(({ coordinate, location, message }) => [
          coordinate,
          location?.line,
          message,
        ]),
      ).toEqual([['Query.t', 2, '@public on a field that returns T, which has an owner']]);
  });

  test.each([
    ['T', 'type Query { t: T', 'type T @owner { userId: ID! }'],
    ['T', 'type Query { t: [[T!]!]!', 'type T { userId: ID! } extend type T @owner'],
    ['T', 'type Query { t: U', 'type O @auth { a: Int } type T @owner { userId: ID! } union U = O | T'],
    ['T', 'type Query { t: I', 'interface I @owner { userId: ID! } type T implements I { userId: ID! }'],
  ])('reports a public field that returns the owned type %s: %s } (%s)', (owned, query, types) => {
    expect(problemsOf(createTestSchema(`${query}\n${OPEN} }`, types))).toEqual([
      {
        rule: 'publicIsAllOrNothing',
        coordinate: 'Query.t',
        location: { file: 'schema.graphql', line: 2 },
        message: `@public on a field that returns ${owned}, which has an owner`,
        fix: 'write @auth: an anonymous client owns nothing',
      },
    ]);
    expect(problemsOf(createTestSchema(`${query} @auth }`, types))).toEqual([]);
  });
});

describe('publicIsAllOrNothing on an interface with a restricted implementing type', () => {
  const RESTRICTIVE = ['@auth', '@auth(roles: [ADMIN])', '@owner', '@owner(field: "id", orRoles: [ADMIN])'];
  /** Every element whose rule can restrict `T.a`: the coordinate that the problem names, and the schema. */
  const ON_TYPES: readonly (readonly [string, string])[] = [
    ['T', 'type T implements I RULE { id: ID! userId: ID! a: Int }'],
    ['T', 'type T implements I { id: ID! userId: ID! a: Int } extend type T RULE'],
    ['J', 'interface J RULE { id: ID! userId: ID! } type T implements I & J { id: ID! userId: ID! a: Int }'],
    [
      'J',
      'interface J implements I RULE { id: ID! userId: ID! a: Int } type T implements I & J { id: ID! userId: ID! a: Int }',
    ],
    ['T', 'type S implements I { a: Int } type T implements I RULE { id: ID! userId: ID! a: Int }'],
    [
      'T',
      'interface J implements I { a: Int } type S implements I { a: Int } type T implements I & J RULE { id: ID! userId: ID! a: Int }',
    ],
  ];
  const ON_FIELDS: readonly (readonly [string, string])[] = [
    ['T.a', 'type T implements I { id: ID! userId: ID! a: Int RULE }'],
    ['T.a', 'type T implements I { id: ID! userId: ID! } extend type T { a: Int RULE }'],
    ['J.a', 'interface J { a: Int RULE } type T implements I & J { id: ID! userId: ID! a: Int }'],
    ['J.a', 'interface J implements I { a: Int RULE } type T implements I & J { id: ID! userId: ID! a: Int }'],
    ['T.a', 'type S implements I { a: Int } type T implements I { id: ID! userId: ID! a: Int RULE }'],
  ];
  const FIELD = `interface I { a: Int ${OPEN} }`;
  const WHOLE = `interface I ${OPEN} { a: Int }`;
  const query = 'type Query { i: I @auth }';
  const withAuth = (sdl: string) =>
    sdl.replaceAll('id: ID! ', 'id: ID! @auth ').replaceAll('userId: ID! ', 'userId: ID! @auth ');
  const cases = (interfaces: readonly (readonly [string, string])[], elements: typeof ON_TYPES) =>
    interfaces.flatMap(([coordinate, interfaceSdl]) =>
      elements.flatMap(([by, sdl]) =>
        RESTRICTIVE.filter((rule) => !by.startsWith('J.') || !rule.startsWith('@owner')).map(
          (rule) => [rule, by, coordinate, `${interfaceSdl} ${withAuth(sdl).replace('RULE', rule)}`] as const,
        ),
      ),
    );

  test.each([...cases([['I.a', FIELD]], [...ON_TYPES, ...ON_FIELDS]), ...cases([['I', WHOLE]], ON_TYPES)])(
    'reports that %s at %s contradicts @public at %s: %s',
    (rule, by, coordinate, sdl) => {
      const [kind = ''] = /@\w+/.exec(rule) ?? [];
      expect(problemsOf(createTestSchema(`${sdl} ${query}`))).toEqual([restricted(coordinate, 1, `${kind} at ${by}`)]);
      expect(problemsOf(createTestSchema(`${sdl.replace(OPEN, '@auth')} ${query}`))).toEqual([]);
    },
  );

  test.each(cases([['I', WHOLE]], ON_FIELDS))('accepts that %s at %s narrows @public at %s: %s', (_, __, ___, sdl) => {
    expect(problemsOf(createTestSchema(`${sdl} ${query}`))).toEqual([]);
  });

  test('accepts @public on an interface if no implementing type is restricted', () => {
    const sdl = `interface I { a: Int ${OPEN} } type T implements I { a: Int b: Int @auth } type S implements I { a: Int }`;
    expect(
      problemsOf(createTestSchema(`${sdl} type O @owner { userId: ID! } type P @auth { a: Int } ${QUERY}`)),
    ).toEqual([]);
  });
});
