import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { TextArea } from './text-area.tsx';
import { TextField } from './text-field.tsx';

// covers: LIST-11
test('the error of a field is announced when it appears', () => {
  const html = renderToStaticMarkup(<TextField label="Title" name="title" error="A task needs a title." />);
  expect(html).toMatch(/<p [^>]*role="alert"[^>]*>A task needs a title\.<\/p>/);
});

// covers: LIST-11
test('fields write text in its own direction, so that Arabic and Hebrew are readable', () => {
  expect(renderToStaticMarkup(<TextField label="Title" name="title" />)).toMatch(/<input [^>]*dir="auto"/);
  expect(renderToStaticMarkup(<TextArea label="Text" name="text" />)).toMatch(/<textarea [^>]*dir="auto"/);
});
