import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { REASONS, refusalError } from './access/index.ts';
import {
  badUserInput,
  conflict,
  errorBody,
  viewerDeleted,
  isPublicCode,
  notFound,
  PUBLIC_CODES,
  requestError,
} from './errors.ts';

describe('PUBLIC_CODES', () => {
  test('has every reason of a refusal', () => {
    for (const reason of REASONS) expect(isPublicCode(reason), reason).toBe(true);
  });

  test('has the messages of server/access, which does not import it', () => {
    const rule = { kind: 'public', reason: '', coordinate: 'a', location: null } as const;
    for (const reason of REASONS)
      expect(refusalError({ reason, coordinate: 'a', rule, nodes: [] }).message).toBe(PUBLIC_CODES[reason].message);
  });

  test('has every code in the source of the server', () => {
    const folders = ['http', 'resolvers', 'authentication'].map((name) => path.resolve(import.meta.dirname, name));
    const files = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => !name.includes('.test.'))
        .map((name) => path.join(folder, name)),
    );
    const written = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:Error|Refusal|code:|Body)\(? ?'([A-Z_]{6,})'/g)].map(
        ([, code]) => code,
      ),
    );
    expect(written.length).toBeGreaterThan(10);
    for (const code of written) expect(isPublicCode(code), code).toBe(true);
  });

  test.each(['toString', 'constructor', '__proto__', '', 'forbidden', 'BAD', null, undefined, 1])(
    'does not have %j',
    (code) => {
      expect(isPublicCode(code)).toBe(false);
    },
  );

  test.each(Object.entries(PUBLIC_CODES))('has a status and a one-line message for %s', (code, { status, message }) => {
    expect(status === 200 || (status >= 400 && status <= 503)).toBe(true);
    expect(message).toMatch(/^[A-Z][^\n]{5,80}$/);
    expect(JSON.parse(errorBody(code as keyof typeof PUBLIC_CODES))).toEqual({
      errors: [{ message, extensions: { code } }],
    });
  });
});

test('conflict has the current version and nothing else, and its status is 200', () => {
  const { message, extensions } = conflict(7);
  expect(message).toBe(PUBLIC_CODES.CONFLICT.message);
  expect(extensions).toEqual({ code: 'CONFLICT', currentVersion: 7 });
  expect(PUBLIC_CODES.CONFLICT.status).toBe(200);
});

describe('requestError', () => {
  test('has the status of its code and the headers', () => {
    const { message, extensions } = requestError('UNAVAILABLE', { headers: { 'retry-after': '1' } });
    expect(message).toBe(PUBLIC_CODES.UNAVAILABLE.message);
    expect(extensions).toEqual({
      code: 'UNAVAILABLE',
      http: { status: 503, headers: new Map([['retry-after', '1']]) },
    });
  });

  test('does not let extensions replace its code', () => {
    const extensions = { code: 'OTHER', coordinate: 'Query.a', http: {} };
    expect(requestError('FORBIDDEN', { extensions }).extensions).toMatchObject({
      code: 'FORBIDDEN',
      coordinate: 'Query.a',
      http: { status: 403 },
    });
  });

  test('has no stack: rejecting a request must not cost more than serving it', () => {
    expect(requestError('FORBIDDEN').stack).not.toMatch(/\n\s+at /);
    expect(new Error('any other').stack).toMatch(/\n\s+at /);
  });

  test('for a deleted viewer equals that for any rejected token', () => {
    expect(viewerDeleted()).toEqual(
      requestError('UNAUTHENTICATED', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }),
    );
  });
});

describe('an error of a resolver', () => {
  test('badUserInput has the field and the rule', () => {
    const { message, extensions } = badUserInput('input.title', { rule: 'length', min: 1, max: 200 }, 'write more');
    expect([message, extensions]).toEqual([
      'Invalid value for `input.title`: write more',
      { code: 'BAD_USER_INPUT', field: 'input.title', rule: 'length', min: 1, max: 200 },
    ]);
  });

  test('notFound does not tell whether the row exists, and does not set the status', () => {
    expect([notFound().message, notFound().extensions]).toEqual(['Not found.', { code: 'NOT_FOUND' }]);
  });
});
