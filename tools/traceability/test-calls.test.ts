import { describe, expect, test } from 'vitest';
import { readTestFile } from './test-calls.ts';

const titlesIn = (source: string) => readTestFile('a.test.ts', source).calls.map(({ title }) => title);

describe('readTestFile', () => {
  test.each([
    [`test('a title', () => {});`],
    [`it("a title", () => {});`],
    [`describe('a title', () => {});`],
    [`test.only('a title', () => {});`],
    [`test.each([['x', 1]] as const)('a title', () => {});`],
    ['test.each`x | y\n${1} | ${2}`("a title", () => {});'],
    [`test.skipIf(isSlow).each([1])('a title', () => {});`],
    [`test.runIf(isLinux)(\n  'a title',\n  () => {},\n);`],
    [`test.prop([fc.string()])('a title', (text) => {});`],
    [`test.describe('a title', () => {});`],
    [`for (const mode of MODES) test('a title', () => {});`],
  ])('finds the title in %s', (source) => {
    expect(titlesIn(source)).toEqual(['a title']);
  });

  test('returns a title as written, with the placeholders of `each` and of template strings', () => {
    expect(titlesIn("test.each([1])('is %s and $name', () => {}); test(`is ${it} and \\`that\\``, () => {});")).toEqual(
      ['is %s and $name', 'is ${it} and `that`'],
    );
  });

  test('leaves out calls that are no tests, and calls inside of comments and strings', () => {
    const source = `say('one'); expect(x)('two'); test.use({ a: 1 }); // test('three', () => {})
      const text = "test('four', () => {})";`;
    expect(titlesIn(source)).toEqual([]);
  });

  test('reads TypeScript and JSX', () => {
    const source = `const a = <T,>(b: T) => b as unknown as string; test('jsx', () => render(<p>{a<number>(1)}</p>));`;
    expect(readTestFile('a.test.tsx', source).calls).toEqual([{ title: 'jsx', line: 1 }]);
  });

  test('throws if a file cannot be parsed', () => {
    expect(() => readTestFile('a.test.ts', `test('`)).toThrow('a.test.ts cannot be parsed');
  });

  test('gives a tag to the call that starts on the next line, where its `each` starts', () => {
    const source = `// why\n// covers: A-01, FR-012\ntest.each([\n  1,\n])('one', () => {});\n// covers: US1.2\ndescribe('two', () => {});`;
    expect(readTestFile('a.test.ts', source).tags).toEqual([
      { ids: ['A-01', 'FR-012'], line: 2, title: 'one' },
      { ids: ['US1.2'], line: 6, title: 'two' },
    ]);
  });

  test.each([
    ['a blank line', `// covers: A-01\n\ntest('one', () => {});`],
    ['a comment', `// covers: A-01\n// why\ntest('one', () => {});`],
    ['other code', `// covers: A-01\nconst a = 1;\ntest('one', () => {});`],
    ['nothing', `test('one', () => {});\n// covers: A-01`],
  ])('gives a tag with %s below it no title', (_what, source) => {
    expect(readTestFile('a.test.ts', source).tags).toMatchObject([{ ids: ['A-01'], title: null }]);
  });

  test.each([
    '// covers A-01',
    '// Covers: A-01',
    '// covers: A-01 FR-012',
    '// covers: A-01.',
    '/* covers: A-01*/',
    '//covers: A-01',
  ])('takes %s for a malformed tag', (comment) => {
    expect(readTestFile('a.test.ts', `${comment}\ntest('one', () => {});`)).toMatchObject({ tags: [], malformed: [1] });
  });

  test('takes a sentence that begins with “covers” for no tag', () => {
    expect(readTestFile('a.test.ts', '// covers every kind of token')).toMatchObject({ tags: [], malformed: [] });
  });
});
