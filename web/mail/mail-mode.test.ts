import { expect, test } from 'vitest';
import { mailMode } from './mail-mode.ts';

const LOOPBACK = {
  API_URL: 'http://localhost:4000',
  WEB_URL: 'http://127.0.0.1:3000',
  API_HOST: '127.0.0.1',
  WEB_HOST: '::1',
};

// covers: MAIL-07, PROC-04
test('without a mail server, mails become files only if both origins are this machine', () => {
  expect(mailMode(LOOPBACK)).toBe('files');
  expect(mailMode({ ...LOOPBACK, API_URL: 'https://api.example' })).toBe('off');
  expect(mailMode({ ...LOOPBACK, WEB_URL: 'https://tasks.example' })).toBe('off');
  expect(mailMode({ ...LOOPBACK, WEB_HOST: '0.0.0.0' })).toBe('off');
  expect(mailMode({ ...LOOPBACK, API_HOST: '::' })).toBe('off');
});

test('with a mail server, mails are sent whatever the origins are', () => {
  for (const WEB_URL of [LOOPBACK.WEB_URL, 'https://tasks.example'])
    expect(mailMode({ ...LOOPBACK, WEB_URL, SMTP_URL: 'smtp://mail.example' })).toBe('smtp');
});
