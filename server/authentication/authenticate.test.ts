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

/** Authenticates where every session stands as it is told. */
function authenticated(
  header: string | undefined,
  by: VerifyToken,
  now: number,
  statusOf: SessionStatus = 'good',
): Promise<Authentication> {
  return authenticate(header, by, { statusOf: async () => statusOf }, now);
}

describe('authenticate', () => {
  test('makes a viewer of a good token, of its claims and nothing else', async () => {
    const changes = { email: 'a@b.example', email_verified: false, role: 'ADMIN', sid: 's', auth_time: NOW - 7 };
    expect(await authenticated(`Bearer ${signToken(USER, changes)}`, verify, NOW)).toEqual({
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

  test('asks at the moment it is told', async () => {
    const header = `Bearer ${signToken(USER, { exp: NOW + 1 })}`;
    expect(await authenticated(header, verify, NOW)).toHaveProperty('kind', 'viewer');
    expect(await authenticated(header, verify, NOW + 1)).toEqual({ kind: 'bad-token', reason: 'expired' });
  });

  test('a token whose key cannot be asked for is neither good nor bad', async () => {
    const outage = async () => ({ outage: 'keys', retryAfter: 7 }) as const;
    expect(await authenticated(`Bearer ${signToken(USER)}`, outage, NOW)).toEqual({
      kind: 'unavailable',
      retryAfter: 7,
    });
  });

  test('without a header a caller is anonymous, and nothing is verified', async () => {
    const asked = vi.fn(verify);
    expect(await authenticated(undefined, asked, NOW)).toEqual({ kind: 'anonymous' });
    expect(asked).not.toHaveBeenCalled();
  });

  test.each(['', 'Bearer', 'Basic YTpi', `Bearer ${signToken(USER)} `, `Token ${signToken(USER)}`])(
    'with the header %j a caller is not anonymous but malformed',
    async (header) => {
      expect(await authenticated(header, verify, NOW)).toEqual({ kind: 'malformed-header' });
    },
  );

  // covers: TOKEN-11
  test('a bad token is never taken for no token', async () => {
    for (const { name, token } of CORPORA.flatMap(({ tokens }) => tokens)) {
      // A space before the token is the header's, and good.
      if (token.startsWith(' ')) continue;
      const { kind } = await authenticated(`Bearer ${token}`, verify, NOW);
      expect(['bad-token', 'malformed-header'], name).toContain(kind);
    }
  });

  test('asks after the viewer’s session each time, and only of a token that is good', async () => {
    const statusOf = vi.fn(async (): Promise<SessionStatus> => 'good');
    const ask = (token: string) => authenticate(`Bearer ${token}`, verify, { statusOf }, NOW);
    const good = signToken(USER, { sid: 's' });
    for (const token of [good, good, signToken(USER, { sid: 's', exp: NOW }), 'x']) await ask(token);
    expect(statusOf.mock.calls).toEqual([
      [expect.objectContaining({ userId: USER, sessionId: 's' })],
      [expect.objectContaining({ userId: USER, sessionId: 's' })],
    ]);
  });

  test('a token whose session was revoked is bad like any other', async () => {
    expect(await authenticated(`Bearer ${signToken(USER)}`, verify, NOW, 'revoked')).toEqual({
      kind: 'bad-token',
      reason: 'revoked',
    });
  });

  test('a token of which nobody can tell is neither good nor bad', async () => {
    expect(await authenticated(`Bearer ${signToken(USER)}`, verify, NOW, 'unknown')).toEqual({
      kind: 'unavailable',
      retryAfter: 1,
    });
  });
});
