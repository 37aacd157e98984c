import { expect, test } from 'vitest';
import { withoutLinks } from './without-links.ts';

const strip = (markdown: string) => withoutLinks(markdown, (target) => target !== 'there.md');

test.each([
  ['[`protect`](protect.ts) and [tests](../x/)', '`protect` and tests'],
  ['[a](gone.md#part)', 'a'],
  ['[a](there.md) [b](there.md#part) [c](#part)', '[a](there.md) [b](there.md#part) [c](#part)'],
  ['[a](https://example.org/x)', '[a](https://example.org/x)'],
  ['```ts\nlist[0](gone.ts)\n```\n[a](gone.ts)', '```ts\nlist[0](gone.ts)\n```\na'],
  ['a list [x] (not a link)', 'a list [x] (not a link)'],
])('withoutLinks turns %j into %j', (markdown, expected) => {
  expect(strip(markdown)).toBe(expected);
});
