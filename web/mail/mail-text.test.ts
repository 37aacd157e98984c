import { describe, expect, test } from 'vitest';
import { hasLink, MAIL_KINDS } from './mail-kind.ts';
import { mailText } from './mail-text.ts';

const WEB_URL = 'https://tasks.example';
const LINK = `${WEB_URL}/reset-password#${'a1'.repeat(16)}`;
const at = new Date('2026-11-21T19:30:45Z');
const textFor = (kind: (typeof MAIL_KINDS)[number]) =>
  mailText(kind, { webUrl: WEB_URL, at, link: hasLink(kind) ? LINK : '' });

describe.each(MAIL_KINDS)('mailText of %s', (kind) => {
  test(`a mail of ${kind} names the site in its text and in its HTML, and has a subject`, () => {
    const { subject, text, html } = textFor(kind);
    expect(subject).toMatch(/^[A-Z].{10,60}$/);
    for (const part of [text, html]) expect(part).toContain('tasks.example');
  });

  test(`a mail of ${kind} is short lines of ASCII: mail programs show it unchanged`, () => {
    expect(Object.values(textFor(kind)).join('')).toMatch(/^[\x20-\x7e\n]+$/);
  });

  test(`a mail of ${kind} leads to no address but the site’s own`, () => {
    const { text, html } = textFor(kind);
    for (const [url] of `${text}${html}`.matchAll(/https?:[^\s"<]+/g)) expect(new URL(url).origin).toBe(WEB_URL);
  });

  test(`a mail of ${kind} ${hasLink(kind) ? 'has its link once in the text and once in the HTML' : 'has no link with a token'}`, () => {
    const { text, html } = textFor(kind);
    const count = hasLink(kind) ? 1 : 0;
    expect([text.split(LINK).length - 1, html.split(`href="${LINK}"`).length - 1]).toEqual([count, count]);
    expect(`${text}${html}`.includes('#')).toBe(hasLink(kind));
  });
});

test('a notice says when the change happened, in UTC', () => {
  for (const kind of ['PASSWORD_CHANGED', 'NEW_DEVICE', 'SECOND_FACTOR_CHANGED', 'EMAIL_CHANGED'] as const)
    expect(textFor(kind).text).toContain('2026-11-21 19:30 UTC');
});

// covers: MAIL-08
test('a notice says that passkeys keep working after a new password, and where to remove them', () => {
  for (const kind of ['PASSWORD_CHANGED', 'NEW_DEVICE', 'SECOND_FACTOR_CHANGED', 'EMAIL_CHANGE_REQUESTED'] as const)
    expect(textFor(kind).text).toMatch(/Passkeys keep working: .* https:\/\/tasks\.example\/account\/security$/m);
});

test('the HTML of a mail escapes what it contains', () => {
  const { html } = mailText('RESET_PASSWORD', { webUrl: WEB_URL, at, link: 'https://tasks.example/"><script>' });
  expect(html).toContain('href="https://tasks.example/&quot;&gt;&lt;script&gt;"');
});
