import { type DocumentNode, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { argumentPath, variablePaths } from './argument-path.ts';

describe('argumentPath', () => {
  test('has the names of the argument and of input fields, and indices of lists', () => {
    const document = parse('{ a { b(c: { d: [1, { e: 2 }] }) } }');
    const argument = [
      'definitions',
      0,
      'selectionSet',
      'selections',
      0,
      'selectionSet',
      'selections',
      0,
      'arguments',
      0,
    ];
    const item = [...argument, 'value', 'fields', 0, 'value', 'values', 1];
    expect(argumentPath(document, argument)).toEqual(['c']);
    expect(argumentPath(document, item)).toEqual(['c', 'd', '1']);
    expect(argumentPath(document, [...item, 'fields', 0, 'value'])).toEqual(['c', 'd', '1', 'e']);
  });
});

describe('variablePaths', () => {
  const pathIn = (text: string, variable = 'v') => {
    const document: DocumentNode = parse(text);
    return variablePaths(document, document.definitions[0] as OperationDefinitionNode).get(variable);
  };

  test.each([
    ['query ($v: Int) { a(b: $v) }', ['b']],
    ['query ($w: Int, $v: Int) { a(b: $w) c { d(e: { f: [$w, $v] }) } }', ['e', 'f', '1']],
    ['query ($v: Int) { a @include(if: $v) }', ['if']],
    ['query ($v: Int) { ...A } fragment A on Q { b(c: { d: $v }) }', ['c', 'd']],
    ['query ($v: Int) { ...B } fragment A on Q { b(c: $v) } fragment B on Q { ...B ...A }', ['c']],
  ])('finds the first use of a variable in an operation: %s', (text, path) => {
    expect(pathIn(text)).toEqual(path);
  });

  test.each([
    'query ($v: Int) { a }',
    'query ($v: Int) { a } query B($v: Int) { a(b: $v) }',
    'query ($v: Int) { ...Missing } fragment A on Q { b(c: $v) }',
  ])('has no path if the operation does not use the variable: %s', (text) => {
    expect(pathIn(text)).toBeUndefined();
  });
});
