import type * as Argon2 from '@node-rs/argon2';
import { expect, test, vi } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.ts';

const load = vi.hoisted(() => ({ running: 0, most: 0 }));
function counted<A extends unknown[], R>(work: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    load.running += 1;
    load.most = Math.max(load.most, load.running);
    return work(...args).finally(() => {
      load.running -= 1;
    });
  };
}
/** The real module, with a count of concurrent calls. */
vi.mock('@node-rs/argon2', async (original) => {
  const { hash, verify, ...rest } = await original<typeof Argon2>();
  return { ...rest, hash: counted(hash), verify: counted(verify) };
});

// covers: FR-005
test('hashPassword returns an argon2id hash with the documented parameters and a new salt', async () => {
  const [one, other] = await Promise.all([hashPassword('Correct7horse'), hashPassword('Correct7horse')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
});

test('verifyPassword accepts the hashed password and no other', async () => {
  const hash = await hashPassword('Correct7horse');
  await expect(verifyPassword({ hash, password: 'Correct7horse' })).resolves.toBe(true);
  await expect(verifyPassword({ hash, password: 'Correct7horsE' })).resolves.toBe(false);
});

test('verifyPassword accepts an accent in composed and in decomposed form', async () => {
  const hash = await hashPassword('Caf\u00e9 7 heures');
  await expect(verifyPassword({ hash, password: 'Cafe\u0301 7 heures' })).resolves.toBe(true);
});

// covers: ACCOUNT-03
test('of 150 concurrent calls two run at a time, and none is rejected', async () => {
  const stored = await hashPassword('Correct7horse');
  const work = Array.from({ length: 75 }, () => [
    hashPassword('Correct7horse').then((hash) => hash.startsWith('$argon2id$')),
    verifyPassword({ hash: stored, password: 'Correct7horse' }),
  ]);
  expect(new Set(await Promise.all(work.flat()))).toEqual(new Set([true]));
  expect(load).toEqual({ running: 0, most: 2 });
});
