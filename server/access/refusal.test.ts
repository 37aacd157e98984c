import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { REASONS, type Refusal, refusalError } from './refusal.ts';
import type { AuthRule, OwnerRule } from './rule.ts';

const auth: AuthRule = {
  coordinate: 'T',
  location: { file: 'secret.graphql', line: 3 },
  kind: 'auth',
  roles: ['SECRET'],
  maxAge: 300,
  emailVerified: true,
  scopes: [['SECRET']],
  onRefusal: 'REJECT',
};
const owner: OwnerRule = { coordinate: 'T', location: null, kind: 'owner', field: 'secret', orRoles: ['SECRET'] };
const refusal: Refusal = { reason: 'FORBIDDEN', coordinate: 'T.a', rule: auth, nodes: [] };

describe('refusalError', () => {
  test.each([
    ['UNAUTHENTICATED', 'Sign in to use this.', {}],
    ['FORBIDDEN', 'Not authorized.', {}],
    ['EMAIL_NOT_VERIFIED', 'Verify your e-mail address to use this.', {}],
    ['STEP_UP_REQUIRED', 'Sign in again to use this.', { maxAge: 300 }],
  ] as const)('the error of %s has the message "%s" and the coordinate', (reason, message, more) => {
    expect(refusalError({ ...refusal, reason }).toJSON()).toEqual({
      message,
      extensions: { code: reason, coordinate: 'T.a', ...more },
    });
  });

  test('the error has the locations of every node that selects the coordinate', () => {
    const document = parse('{\n  a\n}\nfragment F on T {\n  a\n}');
    expect(refusalError({ ...refusal, nodes: document.definitions }).locations).toEqual([
      { line: 1, column: 1 },
      { line: 4, column: 1 },
    ]);
  });

  test.each(REASONS)('the error of %s reveals nothing of the rule except maxAge', (reason) => {
    for (const rule of [auth, owner]) {
      const json = JSON.stringify(refusalError({ ...refusal, reason, rule }));
      expect(json).not.toMatch(/secret/i);
      expect(json.includes('maxAge')).toBe(reason === 'STEP_UP_REQUIRED' && rule === auth);
    }
  });
});
