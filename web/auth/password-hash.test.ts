import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.ts';

test('hashPassword makes an argon2id hash with the stated cost and a new salt each time', async () => {
  const [one, other] = await Promise.all([hashPassword('Correct7horse'), hashPassword('Correct7horse')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
});

test('verifyPassword accepts the password and nothing else', async () => {
  const hash = await hashPassword('Correct7horse');
  await expect(verifyPassword({ hash, password: 'Correct7horse' })).resolves.toBe(true);
  await expect(verifyPassword({ hash, password: 'Correct7horsE' })).resolves.toBe(false);
});

test('an accent is the same however the keyboard composed it', async () => {
  const hash = await hashPassword('Caf\u00e9 7 heures');
  await expect(verifyPassword({ hash, password: 'Cafe\u0301 7 heures' })).resolves.toBe(true);
});

test('a flood is told to come back, and those in the queue are served', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 110 }, () => hashPassword('Correct7horse')));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(8);
  for (const { reason } of refused) expect(reason).toMatchObject({ statusCode: 429, body: { code: 'OVERLOADED' } });
});
