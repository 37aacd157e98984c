import { getNullableType, isListType, isNonNullType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { INPUT_RULES } from '../../server/errors.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import type { ApiResponse } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';
import { type BrokenValue, brokenValues, type Position, positions, valueOf } from './argument-values.ts';

const fixture = setUpApiFixture();
const POSITIONS = positions();

const execute = (query: string, variables: Readonly<Record<string, unknown>> = {}) =>
  fixture.api.execute(query, { token: signToken(fixture.seeded.bob, { role: 'ADMIN' }), variables });

/** The ways in which a client can write a value at a position: the response to each. */
const PLACEMENTS: Readonly<Record<string, (position: Position, value: BrokenValue) => Promise<ApiResponse> | null>> = {
  'a literal': (position, value) => execute(position.operationWith(position.argumentWith(value).literal)),
  'a variable for the argument': (position, value) =>
    execute(position.operationWith('$v', { type: String(position.argumentType) }), {
      v: position.argumentWith(value).json,
    }),
  'the default of a variable for the argument': (position, value) => {
    const { literal } = position.argumentWith(value);
    return execute(position.operationWith('$v', { type: String(position.argumentType), default: literal }));
  },
  'a variable inside the argument': (position, value) => {
    const { literal } = position.argumentWith({ json: null, literal: '$v' });
    return execute(position.operationWith(literal, { type: String(position.type) }), { v: value.json });
  },
  'the default of a variable inside the argument': (position, value) => {
    const { literal } = position.argumentWith({ json: null, literal: '$v' });
    return execute(position.operationWith(literal, { type: String(position.type), default: value.literal }));
  },
  'null in a nullable variable with a default': (position, value) => {
    const nullable = getNullableType(position.type);
    const validDefault = { Int: '1', Boolean: 'true', DateTime: '"2026-11-21T09:30:00Z"' }[String(nullable)] ?? '"x"';
    if (value.json !== null || !/^(Int|Boolean|DateTime|String|ID)$/.test(String(nullable))) return null;
    const { literal } = position.argumentWith({ json: null, literal: '$v' });
    const variable = { type: String(nullable), default: validDefault };
    return execute(position.operationWith(literal, variable), { v: null });
  },
};

/** Expects one error for a value, with its code, field, rule, bounds and a place in the document. */
function expectInvalid(response: ApiResponse, statuses: readonly number[], path: readonly string[], violated: object) {
  const { errors, data = null } = response.body ?? {};
  expect(
    errors?.map(({ extensions }) => extensions),
    response.text,
  ).toEqual([{ code: 'BAD_USER_INPUT', field: path.join('.'), ...violated }]);
  expect(statuses).toContain(response.status);
  expect(errors?.[0]).toHaveProperty('locations', [{ line: 1, column: expect.any(Number) }]);
  if (data !== null) expect(Object.values(data)).toEqual([null]);
}

// covers: CLIENT-07
describe.each(POSITIONS)('a value that the type of $name refuses', (position) => {
  test.each(Object.keys(PLACEMENTS))('has code, field, rule and location as %s', async (placement) => {
    for (const value of brokenValues(position.type)) {
      const response = await PLACEMENTS[placement]?.(position, value);
      if (response == null) continue;
      // 200: graphql-js notices null in a nullable variable with a default only when the field runs.
      expectInvalid(response, [400, 200], [...position.path, ...(value.inside ?? [])], value.violated);
    }
  });
});

/** Values that the types accept and the product refuses, by the end of a position's name. */
const PRODUCT_RULES: readonly (readonly [end: string, ...values: readonly BrokenValue[]])[] = [
  ['(first:)', ...[0, -1, 101].map((size) => ({ ...valueOf(size), violated: { rule: 'range', min: 1, max: 100 } }))],
  [
    '(ids:)',
    ...[[], Array.from({ length: 101 }, String)].map((ids) => ({
      ...valueOf(ids),
      violated: { rule: 'length', min: 1, max: 100 },
    })),
  ],
  ['s(after:)', { ...valueOf('x'), violated: { rule: 'cursor' } }],
  ['Log(after:)', { ...valueOf('x'), violated: { rule: 'cursor' } }],
  [
    '.title',
    ...['', ' ', 'x'.repeat(201)].map((text) => ({ ...valueOf(text), violated: { rule: 'length', min: 1, max: 200 } })),
    { ...valueOf('a\0'), violated: { rule: 'characters' } },
  ],
  [
    '.description',
    { ...valueOf('x'.repeat(10_001)), violated: { rule: 'length', min: 0, max: 10_000 } },
    { ...valueOf('\0'), violated: { rule: 'characters' } },
  ],
  [
    '.text',
    { ...valueOf('x'.repeat(201)), violated: { rule: 'length', min: 0, max: 200 } },
    { ...valueOf('\0'), violated: { rule: 'characters' } },
  ],
  ...['title', 'description', 'done', 'priority'].map(
    (field) => [`updateTask(input:).${field}`, { ...valueOf(null), violated: { rule: 'notNull' } }] as const,
  ),
  ...['title', 'done'].map(
    (field) => [`updateStep(input:).${field}`, { ...valueOf(null), violated: { rule: 'notNull' } }] as const,
  ),
];

/** Positions whose numbers and texts have no rule beside their type. */
const WITHOUT_RULE = /\(expectedVersion:\)$/;

// covers: CLIENT-07
describe('a value that the product refuses', () => {
  const cases = PRODUCT_RULES.flatMap(([end, ...values]) =>
    POSITIONS.filter(({ name }) => name.endsWith(end)).map((position) => ({ ...position, values })),
  );

  test('is tried at every number, text and list', () => {
    const tried = new Set(cases.map(({ name }) => name));
    const untried = POSITIONS.filter(
      ({ name, type }) =>
        (isListType(getNullableType(type)) || ['Int', 'String'].includes(String(getNullableType(type)))) &&
        !tried.has(name) &&
        !WITHOUT_RULE.test(name),
    );
    expect(untried.map(({ name }) => name)).toEqual([]);
    for (const [end] of PRODUCT_RULES)
      expect(
        POSITIONS.some(({ name }) => name.endsWith(end)),
        end,
      ).toBe(true);
  });

  test.each(cases)('has code, field, rule, bounds and location at $name, wherever it is written', async (position) => {
    for (const value of position.values)
      for (const place of Object.values(PLACEMENTS)) {
        const isNullDefault = value.json === null && place === PLACEMENTS['null in a nullable variable with a default'];
        const response = isNullDefault ? null : await place(position, value);
        // A variable of a non-null type with a default of another value.
        if (response !== null) expectInvalid(response, [200], position.path, value.violated);
      }
  });
});

// covers: CLIENT-07
test('every rule of values has a case, except those for schemas with `@oneOf` and for full lists', () => {
  const tried = new Set<unknown>([
    ...POSITIONS.flatMap(({ type }) => brokenValues(type).map(({ violated }) => violated['rule'])),
    ...PRODUCT_RULES.flatMap(([, ...values]) => values.map(({ violated }) => violated['rule'])),
  ]);
  // `maxItems` is tested in task-operations.test.ts.
  expect(tried).toEqual(new Set(INPUT_RULES.filter((rule) => !['oneOf', 'maxItems'].includes(rule))));
});

// covers: CLIENT-07
test('an omitted variable of a non-null type is named by its argument', async () => {
  for (const position of POSITIONS.filter(({ type }) => isNonNullType(type))) {
    const { literal } = position.argumentWith({ json: null, literal: '$v' });
    const response = await execute(position.operationWith(literal, { type: String(position.type) }));
    expectInvalid(response, [400], position.path, { rule: 'required' });
  }
});

// covers: CLIENT-07
test('a variable in a fragment is named by the argument that it is used for', async () => {
  const fragments =
    'fragment A on Query { ...B } fragment B on Query { viewer { tasks(filter: { text: $v }) { totalCount } } }';
  const unused = 'fragment C on Query { viewer { tasks(after: $v) { totalCount } } }';
  const query = `${unused} query A($v: String) { ...A } query B($v: String) { ...C } ${fragments}`;
  const response = await fixture.api.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${signToken(fixture.seeded.bob)}` },
    body: JSON.stringify({ query, operationName: 'A', variables: { v: 1 } }),
  });
  expectInvalid(response, [400], ['filter', 'text'], { rule: 'type' });
});
