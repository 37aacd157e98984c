import fs, { globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type ESTree, parseSync, Visitor } from 'vite';

/** Attributes whose text users see or hear. */
const SPOKEN: ReadonlySet<string> = new Set(['alt', 'aria-label', 'hint', 'label', 'placeholder', 'title']);

/** The lines of an HTTP message. */
const IN_EVERY_LANGUAGE = /^(HTTP|POST \/graphql|www-authenticate:)$/;

/** Not moved yet: their words are still in the components. */
const PENDING = [
  'app/error.tsx',
  'app/global-error.tsx',
  'app/admin/security/page.tsx',
  'app/sign-in/page.tsx',
  'app/visitor-page.tsx',
  'components/brand.tsx',
  'components/error-region.tsx',
  'components/site-links.tsx',
  'features/accounts/account-menu.tsx',
  'features/accounts/account-shell.tsx',
  'features/accounts/sign-in-form.tsx',
  'features/accounts/sign-up-form.tsx',
  'features/tasks/',
];

/** Returns the texts in the JSX of a source that users see: between tags, in spoken attributes, and chosen by a condition. */
function visibleTexts(file: string, source: string): string[] {
  const found: string[] = [];
  const add = (text: string) => /\p{L}/u.test(text) && !IN_EVERY_LANGUAGE.test(text.trim()) && found.push(text.trim());
  const addExpression = (node: ESTree.Expression | ESTree.JSXEmptyExpression): void => {
    if (node.type === 'Literal' && typeof node.value === 'string') add(node.value);
    if (node.type === 'TemplateLiteral') for (const { value } of node.quasis) add(value.cooked ?? '');
    if (node.type === 'LogicalExpression') addExpression(node.right);
    if (node.type === 'ConditionalExpression') for (const way of [node.consequent, node.alternate]) addExpression(way);
  };
  const addChildren = (children: readonly ESTree.JSXChild[]) => {
    for (const child of children) if (child.type === 'JSXExpressionContainer') addExpression(child.expression);
  };
  const { program, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new SyntaxError(`${file} cannot be parsed: ${errors[0].message}`);
  new Visitor({
    JSXText: ({ value }) => void add(value),
    JSXElement: ({ children }) => addChildren(children),
    JSXFragment: ({ children }) => addChildren(children),
    JSXAttribute({ name, value }) {
      if (name.type !== 'JSXIdentifier' || !SPOKEN.has(name.name)) return;
      if (value?.type === 'Literal' && typeof value.value === 'string') add(value.value);
      if (value?.type === 'JSXExpressionContainer') addExpression(value.expression);
    },
  }).visit(program);
  return found;
}

// covers: REACH-12
test('the words of every component are in web/words.ts', () => {
  const files = globSync('{app,components,features}/**/*.tsx', { cwd: import.meta.dirname });
  expect(files.length).toBeGreaterThan(50);
  const found = files
    .filter((file) => !file.endsWith('.test.tsx') && !PENDING.some((entry) => file.startsWith(entry)))
    .flatMap((file) => {
      const source = fs.readFileSync(path.join(import.meta.dirname, file), 'utf8');
      return visibleTexts(file, source).map((text) => `${file}: ${text}`);
    });
  expect(found).toEqual([]);
});

test('a file whose words are not moved yet has some', () => {
  const done = PENDING.filter((entry) => entry.endsWith('.tsx')).filter((file) => {
    const source = fs.readFileSync(path.join(import.meta.dirname, file), 'utf8');
    return visibleTexts(file, source).length === 0;
  });
  expect(done).toEqual([]);
});

test('visible texts are found between tags, in spoken attributes, under conditions and in templates', () => {
  const source =
    '<p title="One" className="not">Two {busy ? "Three" : x} {y && `Four ${z}`} {"Five"} {send("not")}</p>;';
  expect(visibleTexts('a.tsx', source).toSorted()).toEqual(['Five', 'Four', 'One', 'Three', 'Two']);
});
