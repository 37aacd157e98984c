import { describe, expect, test } from 'vitest';
import { anchorsOf, linksOf, rowsOf } from './markdown.ts';

describe('links', () => {
  const targets = (text: string) => linksOf('docs/a.md', text).map(({ target, anchor }) => [target, anchor]);

  test('resolves links relative to the document, pictures and headings included', () => {
    expect(targets('[x](b.md) ![y](../c.png) [z](#here) [`w`](../d/e.md#there)')).toEqual([
      ['docs/b.md', null],
      ['c.png', null],
      ['docs/a.md', 'here'],
      ['d/e.md', 'there'],
    ]);
  });

  test('gives links out of the repository no target', () => {
    expect(targets('[x](https://example.com/#y) [z](mailto:a@example.com)').map(([target]) => target)).toEqual([
      null,
      null,
    ]);
  });

  test('ignores links inside fences', () => {
    expect(targets('```\n[x](b.md)\n```\n[y](c.md)')).toEqual([['docs/c.md', null]]);
  });

  test('returns the line of a link, and whether its text is code', () => {
    const [one, other] = linksOf('a.md', 'first\n[`[id]/b.ts`](b.ts)\n\n[c](d)');
    expect([one, other]).toMatchObject([
      { line: 2, text: '[id]/b.ts', isCode: true },
      { line: 4, text: 'c', isCode: false },
    ]);
  });
});

test('returns the cells of table rows without headers', () => {
  const text = 'a | b\n\n| head | er |\n|---|---|\n| one | t\\|wo |\n| three | |';
  expect(rowsOf(text)).toEqual([
    { line: 5, cells: ['one', 't|wo'] },
    { line: 6, cells: ['three', ''] },
  ]);
});

test('returns heading anchors as GitHub makes them', () => {
  expect([...anchorsOf('# The `code`, and [more](x.md)!\n## Twice\n## Twice\n```\n# not\n```')]).toEqual([
    'the-code-and-more',
    'twice',
    'twice-1',
  ]);
});
