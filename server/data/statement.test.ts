import { describe, expect, test } from 'vitest';
import { shape } from './statement.ts';

/** A builder as TypeORM's are: named values in, a text and its parameters out. */
function builder(text: string, order: readonly (string | { readonly builtIn: unknown })[]) {
  let named: Record<string, unknown> = {};
  return {
    setParameters: (parameters: Record<string, unknown>) => void (named = parameters),
    getQueryAndParameters: (): [string, unknown[]] => [
      text,
      order.map((entry) => (typeof entry === 'string' ? named[entry] : entry.builtIn)),
    ],
  };
}

describe('shape', () => {
  test('puts the values of a call where the text wants them, as often as it wants them', () => {
    const { statement, parameters } = shape('s', builder('$1 $2 $3', ['b', 'a', 'b']), ['a', 'b']);
    expect(statement).toEqual({ name: 's', text: '$1 $2 $3' });
    expect(parameters({ a: 1, b: 2 })).toEqual([2, 1, 2]);
    expect(parameters({ a: null, b: 'x' })).toEqual(['x', null, 'x']);
  });

  test('takes values as they are: none becomes part of the text', () => {
    const hostile = "'; drop table app.task; --";
    const { statement, parameters } = shape('s', builder('select $1', ['a']), ['a']);
    expect(parameters({ a: hostile })).toEqual([hostile]);
    expect(statement.text).toBe('select $1');
  });

  test.each([null, undefined, 0, 'x', true, { name: 'a' }, new Date(0)])(
    'refuses a statement that has a value built into it: it would be everybody’s (%o)',
    (builtIn) => {
      expect(() => shape('user.own', builder('$1 $2', ['a', { builtIn }]), ['a'])).toThrow(
        new TypeError('The statement "user.own" has a value built into it: name the value instead.'),
      );
    },
  );

  test('refuses a value whose name was not announced', () => {
    expect(() => shape('s', builder('$1', ['forgotten']), [])).toThrow(TypeError);
  });
});
