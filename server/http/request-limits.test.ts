import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Viewer } from '../viewer.ts';
import { HttpError } from './fastify-server.ts';
import { assertRolesExist, createRequestLimits } from './request-limits.ts';

const viewer = (userId: string, ...roles: string[]): Viewer => ({
  userId,
  email: 'a@example.com',
  emailVerified: true,
  roles,
  sessionId: 's',
  authTime: 0,
});
const admits = (count: () => void): boolean => {
  try {
    count();
    return true;
  } catch (error) {
    expect(error).toMatchObject(
      error instanceof HttpError ? { code: 'TOO_MANY_REQUESTS' } : { extensions: { code: 'TOO_MANY_REQUESTS' } },
    );
    return false;
  }
};

describe('createRequestLimits', () => {
  test('counts addresses and viewers apart, each viewer by the largest limit of its roles', () => {
    const limits = createRequestLimits(
      {
        LIMIT_REQUESTS_PER_ADDRESS: 2,
        LIMIT_REQUESTS_PER_VIEWER: {
          each: 1,
          byRole: new Map([
            ['ADMIN', 3],
            ['AUDITOR', 2],
          ]),
        },
      },
      { now: () => 0 },
    );
    const admitted = (count: () => void) => [1, 2, 3, 4].map(() => admits(count)).filter(Boolean).length;
    expect(admitted(() => limits.countAddress('192.0.2.1'))).toBe(2);
    const served = (...of: Parameters<typeof viewer>) =>
      [1, 2, 3, 4].filter(() => limits.countViewer(viewer(...of)) === null).length;
    expect(served('192.0.2.1', 'USER')).toBe(1);
    expect(served('auditor', 'AUDITOR')).toBe(2);
    expect(served('both', 'AUDITOR', 'ADMIN')).toBe(3);
    expect(limits.countViewer(viewer('192.0.2.1', 'USER'))).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      headers: { 'retry-after': '60' },
    });
  });

  test('counts nothing without settings', () => {
    const limits = createRequestLimits({});
    for (let count = 0; count < 1_000; count++) {
      expect(limits.countAddress('192.0.2.1')).toBeUndefined();
      expect(limits.countViewer(viewer('a', 'USER'))).toBeNull();
    }
  });
});

describe('assertRolesExist', () => {
  const schema = buildSchema('enum Role { USER ADMIN } type Query { a: Int }');
  test('accepts roles of the schema, and names the setting for any other', () => {
    expect(() => assertRolesExist({ each: 1, byRole: new Map([['ADMIN', 5]]) }, schema)).not.toThrow();
    expect(() => assertRolesExist({ each: 1, byRole: new Map([['ADMINS', 5]]) }, schema)).toThrow(
      /LIMIT_REQUESTS_PER_VIEWER is not valid: .* USER, ADMIN/,
    );
  });
});
