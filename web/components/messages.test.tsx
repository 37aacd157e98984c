import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { ConnectionState } from '../graphql/connection.ts';
import { Announcer } from './announcer.tsx';
import { ConnectionMessage } from './connection-banner.tsx';
import { ErrorRegion } from './error-region.tsx';

const nothing = () => undefined;
const banner = (state: ConnectionState) => renderToStaticMarkup(<ConnectionMessage state={state} onCheck={nothing} />);

describe('the connection banner', () => {
  // covers: LIST-15
  test('the banner is an empty live region while Fieldgate answers', () => {
    expect(banner('connected')).toBe('<output></output>');
  });

  // covers: LIST-15
  test.each([
    ['offline', 'You are offline.', true],
    ['away', 'Fieldgate does not answer.', true],
    ['returned', 'You are connected again.', false],
  ] as const)('the banner says that the page is %s, and offers a check if it may help', (state, text, canCheck) => {
    const html = banner(state);
    expect(html).toMatch(new RegExp(`^<output>.*${text}`));
    expect(html.includes('Try now')).toBe(canCheck);
  });
});

describe('the errors of a page', () => {
  // covers: LIST-06
  test('each error is an alert that can be dismissed, with the action that it has', () => {
    const html = renderToStaticMarkup(
      <ErrorRegion
        errors={[
          { key: 'a', id: 1, text: 'First', action: undefined },
          { key: 'b', id: 2, text: 'Second', action: { label: 'Try again', run: nothing } },
        ]}
        onDismiss={nothing}
      />,
    );
    const [, first, second] = html.split('role="alert"');
    expect(first).toMatch(/First.*Dismiss/);
    expect(first).not.toContain('Try again');
    expect(second).toMatch(/Second.*Try again.*Dismiss/);
  });

  test('without errors there is no region: a landmark without content would mislead', () => {
    expect(renderToStaticMarkup(<ErrorRegion errors={[]} onDismiss={nothing} />)).toBe('');
  });
});

// covers: LIST-15
test('the live regions are in the server’s HTML, before the first message', () => {
  const html = renderToStaticMarkup(<Announcer>page</Announcer>);
  expect(html).toContain('aria-live="polite"');
  expect(html).toContain('<output>');
});
