import { describe, expect, test } from 'vitest';
import { createTestSchema, problemsOf } from '../test-harness.ts';

const at = (coordinate: string, line: number) => ({
  rule: 'scopesAreDeclared',
  coordinate,
  location: { file: 'schema.graphql', line },
});

// covers: RULES-01
describe('scopesAreDeclared', () => {
  test.each([
    ['a misspelt scope', 'extend schema @tokenScopes(names: ["read:tasks"])', 'raed:tasks'],
    ['a scope in another case', 'extend schema @tokenScopes(names: ["read:tasks"])', 'Read:tasks'],
    ['a scope with a space', 'extend schema @tokenScopes(names: ["read:tasks"])', 'read:tasks '],
    ['a scope without any declaration', '', 'read:tasks'],
  ])('reports %s', (_, declaration, scope) => {
    const schema = createTestSchema(
      `${declaration}\ntype Query { a: Int @auth(scopes: [["${scope}"], ["${scope}"]]) }`,
    );
    expect(problemsOf(schema).filter(({ rule }) => rule === 'scopesAreDeclared')).toEqual([
      {
        ...at('Query.a', 2),
        message: `the scope "${scope}" is not declared`,
        fix: 'correct its spelling, or add it to `extend schema @tokenScopes(names: […])`',
      },
    ]);
  });

  test('accepts declared scopes, of the definition and the extension of the schema, on types, fields and interfaces', () => {
    const schema = createTestSchema(`
      schema @tokenScopes(names: ["read:tasks", "https://example.com/a.b"]) { query: Query }
      type Query @auth(scopes: [["read:tasks"]]) { node: Node @auth(scopes: [["https://example.com/a.b", "read:tasks"]]) }
      interface Node { id: ID @auth(scopes: [["read:tasks"]]) }
      type Thing implements Node @auth { id: ID }
    `);
    expect(problemsOf(schema)).toEqual([]);
  });

  test.each(['', ' ', 'a b', 'a\\"b', 'a\\\\b', 'ä', 'a\\n', '\\u0000'])(
    'reports that no token can have the scope "%s"',
    (name) => {
      const schema = createTestSchema(
        `extend schema\n@tokenScopes(names: ["ok", "${name}"]) type Query { a: Int @auth }`,
      );
      expect(problemsOf(schema)).toEqual([
        {
          ...at('schema', 2),
          message: `no token can have the scope ${JSON.stringify(JSON.parse(`"${name}"`))}`,
          fix: 'write visible ASCII characters without space, quotation mark and backslash',
        },
      ]);
    },
  );

  test.each([
    ['["a", "b", "a"]', 'names the scope a twice', 'name it once'],
    ['[]', '@tokenScopes names no scopes', 'write a list of strings, or remove it'],
    ['[1]', '@tokenScopes names no scopes', 'write a list of strings, or remove it'],
    ['null', '@tokenScopes names no scopes', 'write a list of strings, or remove it'],
  ])('reports the names %s', (names, message, fix) => {
    const schema = createTestSchema(`extend schema\n@tokenScopes(names: ${names}) type Query { a: Int @auth }`);
    expect(problemsOf(schema)).toEqual([{ ...at('schema', 2), message, fix }]);
  });
});
