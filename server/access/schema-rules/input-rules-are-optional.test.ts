import { describe, expect, test } from 'vitest';
import { createTestSchema, problemsOf } from '../test-harness.ts';

const problems = (sdl: string) =>
  problemsOf(createTestSchema(sdl)).map(({ rule, coordinate, message, fix }) => [rule, coordinate, message, fix]);
const QUERY = 'type Query { a(in: In): Int @auth }';

// covers: RULES-02
describe('inputRulesAreOptional', () => {
  test.each([
    'input In { a: Int b: Int @auth }',
    'input In { a: Int! b: [Int!] @auth(roles: [ADMIN]) c: In @auth(maxAge: 5) }',
    'input In { a: Int = 5 b: ID @owner @auth(roles: [ADMIN]) }',
    'input In @oneOf { a: Int b: Int @auth(roles: [ADMIN]) }',
    'input In { a: Other = { a: 1 } b: Int @auth } input Other { a: Int b: Int @auth }',
  ])('accepts %s', (input) => {
    expect(problems(`${QUERY} ${input}`)).toEqual([]);
  });

  test.each(['Int!', '[Int]!', 'In!'])('reports a field of the type %s', (type) => {
    const own = problems(`${QUERY} input In { a: Int b: Wrap } input Wrap { a: Int b: ${type} @auth }`);
    expect(own).toEqual([
      [
        'inputRulesAreOptional',
        'Wrap.b',
        'is required, so callers whom it refuses could not use the input',
        'make it nullable, or write @auth on the field that takes the input',
      ],
    ]);
  });

  test.each(['5', 'null'])('reports the default value %s', (value) => {
    expect(problems(`${QUERY} input In { a: Int b: Int = ${value} @auth }`)).toEqual([
      [
        'inputRulesAreOptional',
        'In.b',
        'has a default value, which would be refused to everyone else',
        'remove the default',
      ],
    ]);
  });

  test('reports an input of which every field has @auth', () => {
    expect(problems(`${QUERY} input In { a: Int @auth b: Int @auth(roles: [ADMIN]) }`)).toEqual([
      [
        'inputRulesAreOptional',
        'In',
        'every field has @auth, so callers whom the rules refuse could not use the input',
        'write @auth on the field that takes the input',
      ],
    ]);
  });

  test.each([
    ['In = { b: null }', 'Query.a(in:)'],
    ['In = { c: { b: 1 } }', 'Query.a(in:)'],
    ['[In!] = [{}, { b: 1 }]', 'Query.a(in:)'],
  ])('reports an argument of the type %s', (type, coordinate) => {
    const sdl = `type Query { a(in: ${type}): Int @auth } input In { a: Int b: Int @auth c: In }`;
    expect(problems(sdl)).toEqual([
      [
        'inputRulesAreOptional',
        coordinate,
        'its default value gives In.b, which has @auth',
        'remove b from the default',
      ],
    ]);
  });

  test('reports the default value of an input field', () => {
    expect(problems(`${QUERY} input In { a: Other = { b: 2 } } input Other { a: Int b: Int @auth }`)).toEqual([
      [
        'inputRulesAreOptional',
        'In.a',
        'its default value gives Other.b, which has @auth',
        'remove b from the default',
      ],
    ]);
  });
});
