import fs, { globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type ESTree, parseSync, Visitor } from 'vite';

/** Attributes whose text users see or hear. */
const SPOKEN: ReadonlySet<string> = new Set(['alt', 'aria-label', 'hint', 'label', 'placeholder', 'title']);

/** The lines of an HTTP message. */
const IN_EVERY_LANGUAGE = /^(HTTP|POST \/graphql|www-authenticate:)$/;

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

/** Returns the messages in the code of a source: literals of several words, except those of errors and selectors. */
function messages(file: string, source: string): string[] {
  const literals: { text: string; start: number }[] = [];
  const skipped: { start: number; end: number }[] = [];
  new Visitor({
    Literal: ({ value, start }) => void (typeof value === 'string' && literals.push({ text: value, start })),
    TemplateElement: ({ value, start }) => void literals.push({ text: value.cooked ?? '', start }),
    NewExpression: (node) =>
      void (source.slice(node.callee.start, node.callee.end).endsWith('Error') && skipped.push(node)),
    CallExpression: (node) =>
      void (
        /(^super|closest|querySelector(All)?)$/.test(
          source.slice(node.callee.start, node.callee.end).replace(/<.*/s, ''),
        ) && skipped.push(node)
      ),
  }).visit(parseSync(file, source).program);
  return literals
    .filter(({ text }) => text !== 'use client' && /\p{L}{2} \p{L}|“/u.test(text))
    .filter(({ start }) => !skipped.some((node) => node.start <= start && start < node.end))
    .map(({ text }) => text);
}

// covers: REACH-12
test('the messages of the task page and of the shortcuts are in web/words.ts', () => {
  const files = globSync('features/{tasks,shortcuts}/**/*.{ts,tsx}', { cwd: import.meta.dirname });
  expect(files.length).toBeGreaterThan(50);
  const found = files
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .flatMap((file) => {
      const source = fs.readFileSync(path.join(import.meta.dirname, file), 'utf8');
      return messages(file, source).map((text) => `${file}: ${text}`);
    });
  expect(found).toEqual([]);
});

// covers: REACH-12
test('the words of every component are in web/words.ts', () => {
  const files = globSync('{app,components,features}/**/*.tsx', { cwd: import.meta.dirname });
  expect(files.length).toBeGreaterThan(50);
  const found = files
    .filter((file) => !file.endsWith('.test.tsx'))
    .flatMap((file) => {
      const source = fs.readFileSync(path.join(import.meta.dirname, file), 'utf8');
      return visibleTexts(file, source).map((text) => `${file}: ${text}`);
    });
  expect(found).toEqual([]);
});

test('visible texts are found between tags, in spoken attributes, under conditions and in templates', () => {
  const source =
    '<p title="One" className="not">Two {busy ? "Three" : x} {y && `Four ${z}`} {"Five"} {send("not")}</p>;';
  expect(visibleTexts('a.tsx', source).toSorted()).toEqual(['Five', 'Four', 'One', 'Three', 'Two']);
});

test('messages are found in strings and templates, but not in errors and selectors', () => {
  const source =
    'say("One two", `“${z}”`); throw new OddError("not this"); a?.querySelector<B>("form input"); x("one");';
  expect(messages('a.ts', source)).toEqual(['One two', '“']);
});
