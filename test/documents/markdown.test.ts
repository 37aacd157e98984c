import { describe, expect, test } from 'vitest';
import { anchorsOf, linksOf, rowsOf } from './markdown.ts';

describe('links', () => {
  const targets = (text: string) => linksOf('docs/a.md', text).map(({ target, anchor }) => [target, anchor]);

  test('are read from where the document lies, pictures and headings among them', () => {
    expect(targets('[x](b.md) ![y](../c.png) [z](#here) [`w`](../d/e.md#there)')).toEqual([
      ['docs/b.md', null],
      ['c.png', null],
      ['docs/a.md', 'here'],
      ['d/e.md', 'there'],
    ]);
  });

  test('that lead out of the repository have no target here', () => {
    expect(targets('[x](https://example.com/#y) [z](mailto:a@example.com)').map(([target]) => target)).toEqual([
      null,
      null,
    ]);
  });

  test('are none between fences', () => {
    expect(targets('```\n[x](b.md)\n```\n[y](c.md)')).toEqual([['docs/c.md', null]]);
  });

  test('know their line, and whether their text is a name', () => {
    const [one, other] = linksOf('a.md', 'first\n[`[id]/b.ts`](b.ts)\n\n[c](d)');
    expect([one, other]).toMatchObject([
      { line: 2, text: '[id]/b.ts', isCode: true },
      { line: 4, text: 'c', isCode: false },
    ]);
  });
});

test('rows are those of tables without their heads, cell by cell', () => {
  const text = 'a | b\n\n| head | er |\n|---|---|\n| one | t\\|wo |\n| three | |';
  expect(rowsOf(text)).toEqual([
    { line: 5, cells: ['one', 't|wo'] },
    { line: 6, cells: ['three', ''] },
  ]);
});

test('headings are linked to as GitHub names them', () => {
  expect([...anchorsOf('# The `code`, and [more](x.md)!\n## Twice\n## Twice\n```\n# not\n```')]).toEqual([
    'the-code-and-more',
    'twice',
    'twice-1',
  ]);
});
