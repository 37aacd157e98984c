import { expect, test } from 'vitest';
import { strictTransport } from './strict-transport.ts';

const LOOPBACK = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'app.localhost',
  'a.b.localhost.',
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
];
const PUBLIC = [
  'tasks.example',
  'localhost.example',
  'mylocalhost',
  'localhosts',
  '128.0.0.1',
  '[2001:db8::1]',
  '[::2]',
];

// covers: WEB-09
test.each(LOOPBACK.flatMap((host) => [`https://${host}`, `https://${host}:8443`]))(
  'strictTransport returns null for the loopback origin %s, whose other ports must stay on plain http',
  (origin) => {
    expect(strictTransport(origin)).toBeNull();
    expect(strictTransport(new URL(origin))).toBeNull();
  },
);

test.each(PUBLIC)('strictTransport returns two years for https://%s and null for its plain http', (host) => {
  expect(strictTransport(`https://${host}`)).toBe('max-age=63072000; includeSubDomains');
  expect(strictTransport(`http://${host}`)).toBeNull();
});
