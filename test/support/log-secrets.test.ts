import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { secretsIn, secretsOf } from './log-secrets.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SECRET = 'abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE';

// covers: ACCOUNT-41
test.each([
  ['a JSON Web Token', `{"msg":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.${SECRET}"}`],
  ['a bearer token', `authorization: Bearer ${SECRET}`],
  ['a session cookie', `cookie: fieldgate.session_token=${SECRET}`],
  ['a password hash', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA'],
  ['a link with a secret', `GET /api/auth/verify-email?token=${SECRET}`],
  ['a link with a secret', `GET /api/auth/callback/acme?state=x`],
  ['a database password', `postgres://fieldgate_auth:${SECRET}@127.0.0.1:5432/fieldgate`],
  ['a private key', `{"kty":"OKP","d":"${SECRET}"}`],
])('secretsIn finds %s, and does not repeat it', (kind, line) => {
  const findings = secretsIn(`{"msg":"fine"}\n${line}\n`);
  expect(findings).toEqual([`line 2 has ${kind}`]);
  expect(findings.join()).not.toContain(SECRET);
});

test('secretsIn finds a known value by its name', () => {
  expect(secretsIn('x Correct7horse-marker y', { 'the password': 'Correct7horse-marker' })).toEqual([
    'line 1 has the password',
  ]);
});

test('secretsIn finds nothing in a request line', () => {
  const line = { requestId: crypto.randomUUID(), method: 'GET', path: '/api/auth/access-token', status: 200 };
  expect(secretsIn(JSON.stringify(line))).toEqual([]);
});

test('secretsOf returns the generated secrets of a data folder', () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'secrets.json'), JSON.stringify({ A: SECRET, passwords: { owner: SECRET } }));
  fs.writeFileSync(path.join(folder, 'damaged.json'), '{');
  expect(secretsOf(folder)).toEqual({ 'secrets.json A': SECRET, 'secrets.json passwords owner': SECRET });
  expect(secretsOf(path.join(folder, 'none'))).toEqual({});
});
