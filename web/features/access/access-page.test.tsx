import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AccessPage } from './access-page.tsx';

const demo = { email: 'demo@example.com', password: 'a password' };
const render = (result: 'off' | null, isSignedIn = false) =>
  renderToString(<AccessPage result={result} isSignedIn={isSignedIn} apiUrl="http://localhost:4000" demo={demo} />);

test('the access page says that the API is not available, as an alert with a link to try again', () => {
  expect(render(null)).toMatch(/role="alert".*the API is not available\..*<a href="">Try again<\/a>/s);
  expect(render(null)).not.toContain('<table');
});

test('the access page says where introspection is off, and how the operator gets the map', () => {
  expect(render('off')).toMatch(/Introspection is off on this API.*npm run access/s);
  expect(render('off')).not.toMatch(/role="alert"|<table/);
});

test('the access page offers the demo to visitors only', () => {
  expect(render('off')).toContain('Try the demo');
  expect(render('off', true)).not.toContain('Try the demo');
});
