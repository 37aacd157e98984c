import { describe, expect, test, vi } from 'vitest';
import {
  AUDIENCE,
  CURRENT_SECRET,
  ISSUER,
  keysFromSecrets,
  MAX_LIFETIME,
  signToken,
  NOW,
} from '../../test/support/test-token.ts';
import { CORPORA } from '../../test/tokens/corpus/corpus.ts';
import { type Authentication, authenticate } from './authenticate.ts';
import type { SessionStatus } from './revocation-checker.ts';
import { createVerifier, type VerifyToken } from './token-verifier.ts';

const USER = '01900000-0000-7000-8000-00000000000a';
const verify = createVerifier({
  keys: await keysFromSecrets(CURRENT_SECRET),
  issuer: ISSUER,
  audience: AUDIENCE,
  maxLifetime: MAX_LIFETIME,
});

/** Authenticates with a revocation checker that returns `status` for every session. */
function authenticateWith(
  header: string | undefined,
  verifyToken: VerifyToken,
  now: number,
  status: SessionStatus = 'good',
): Promise<Authentication> {
  return authenticate(header, verifyToken, { statusOf: async () => status }, now);
}

describe('authenticate', () => {
  test('creates the viewer from the claims of a valid token only', async () => {
    const changes = { email: 'a@b.example', email_verified: false, role: 'ADMIN', sid: 's', auth_time: NOW - 7 };
    expect(await authenticateWith(`Bearer ${signToken(USER, changes)}`, verify, NOW)).toEqual({
      kind: 'viewer',
      viewer: {
        userId: USER,
        email: 'a@b.example',
        emailVerified: false,
        roles: ['ADMIN'],
        sessionId: 's',
        authTime: NOW - 7,
      },
    });
  });

  // covers: RULES-01
  test.each([
    ['read:tasks write:tasks', ['read:tasks', 'write:tasks']],
    [' a  b ', ['a', 'b']],
    ['', []],
  ])('reads the scopes of a token whose claim `scope` is %j', async (scope, scopes) => {
    const token = signToken(USER, { scope });
    expect(await authenticateWith(`Bearer ${token}`, verify, NOW)).toHaveProperty('viewer.scopes', scopes);
  });

  // covers: RULES-01
  test.each([null, 5, true, ['admin'], { admin: true }])('rejects a token whose claim `scope` is %j', async (scope) => {
    const token = signToken(USER, { scope });
    expect(await authenticateWith(`Bearer ${token}`, verify, NOW)).toEqual({
      kind: 'bad-token',
      reason: 'claim-missing-or-ill-typed',
    });
  });

  test('verifies the token at the time in `now`', async () => {
    const header = `Bearer ${signToken(USER, { exp: NOW + 1 })}`;
    expect(await authenticateWith(header, verify, NOW)).toHaveProperty('kind', 'viewer');
    expect(await authenticateWith(header, verify, NOW + 1)).toEqual({ kind: 'bad-token', reason: 'expired' });
  });

  test('returns `unavailable` for a token whose key cannot be loaded', async () => {
    const outage = async () => ({ outage: 'keys', retryAfter: 7 }) as const;
    expect(await authenticateWith(`Bearer ${signToken(USER)}`, outage, NOW)).toEqual({
      kind: 'unavailable',
      retryAfter: 7,
    });
  });

  test('returns `anonymous` without a header, and verifies nothing', async () => {
    const spy = vi.fn(verify);
    expect(await authenticateWith(undefined, spy, NOW)).toEqual({ kind: 'anonymous' });
    expect(spy).not.toHaveBeenCalled();
  });

  test.each(['', 'Bearer', 'Basic YTpi', `Bearer ${signToken(USER)} `, `Token ${signToken(USER)}`])(
    'returns `malformed-header`, not `anonymous`, for the header %j',
    async (header) => {
      expect(await authenticateWith(header, verify, NOW)).toEqual({ kind: 'malformed-header' });
    },
  );

  // covers: TOKEN-11
  test('never returns `anonymous` for a rejected token', async () => {
    for (const { name, token } of CORPORA.flatMap(({ tokens }) => tokens)) {
      // Additional spaces before the token are valid in the header.
      if (token.startsWith(' ')) continue;
      const { kind } = await authenticateWith(`Bearer ${token}`, verify, NOW);
      expect(['bad-token', 'malformed-header'], name).toContain(kind);
    }
  });

  test('checks the revocation of the session for each valid token, every time', async () => {
    const statusOf = vi.fn(async (): Promise<SessionStatus> => 'good');
    const authenticateToken = (token: string) => authenticate(`Bearer ${token}`, verify, { statusOf }, NOW);
    const good = signToken(USER, { sid: 's' });
    for (const token of [good, good, signToken(USER, { sid: 's', exp: NOW }), 'x']) await authenticateToken(token);
    expect(statusOf.mock.calls).toEqual([
      [expect.objectContaining({ userId: USER, sessionId: 's' })],
      [expect.objectContaining({ userId: USER, sessionId: 's' })],
    ]);
  });

  test('returns `bad-token` for a revoked session', async () => {
    expect(await authenticateWith(`Bearer ${signToken(USER)}`, verify, NOW, 'revoked')).toEqual({
      kind: 'bad-token',
      reason: 'revoked',
    });
  });

  test('returns `unavailable` while revocations cannot be checked', async () => {
    expect(await authenticateWith(`Bearer ${signToken(USER)}`, verify, NOW, 'unknown')).toEqual({
      kind: 'unavailable',
      retryAfter: 1,
    });
  });
});
