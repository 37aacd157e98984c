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
  withoutStack,
} from './errors.ts';

describe('the registry of codes', () => {
  test('has every reason for which the engine refuses', () => {
    for (const reason of REASONS) expect(isPublicCode(reason), reason).toBe(true);
  });

  test('says of each of them what the engine says, which knows no registry', () => {
    const rule = { kind: 'public', reason: '', coordinate: 'a', location: null } as const;
    for (const reason of REASONS)
      expect(refusalError({ reason, coordinate: 'a', rule, nodes: [] }).message).toBe(PUBLIC_CODES[reason].message);
  });

  test('has every code that the server writes', () => {
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
    'has no %j',
    (code) => {
      expect(isPublicCode(code)).toBe(false);
    },
  );

  test.each(Object.entries(PUBLIC_CODES))(
    '%s has a status and words that say nothing of the inside',
    (code, { status, message }) => {
      expect(status === 200 || (status >= 400 && status <= 503)).toBe(true);
      expect(message).toMatch(/^[A-Z][^\n]{5,80}$/);
      expect(JSON.parse(errorBody(code as keyof typeof PUBLIC_CODES))).toEqual({
        errors: [{ message, extensions: { code } }],
      });
    },
  );
});

test('a conflict says which version there is, and nothing else; its answer is 200', () => {
  const { message, extensions } = conflict(7);
  expect(message).toBe(PUBLIC_CODES.CONFLICT.message);
  expect(extensions).toEqual({ code: 'CONFLICT', currentVersion: 7 });
  expect(PUBLIC_CODES.CONFLICT.status).toBe(200);
});

describe('an error of the whole request', () => {
  test('carries its status and its headers', () => {
    const { message, extensions } = requestError('UNAVAILABLE', { headers: { 'retry-after': '1' } });
    expect(message).toBe(PUBLIC_CODES.UNAVAILABLE.message);
    expect(extensions).toEqual({
      code: 'UNAVAILABLE',
      http: { status: 503, headers: new Map([['retry-after', '1']]) },
    });
  });

  test('cannot be given another code by its extensions', () => {
    const extensions = { code: 'OTHER', coordinate: 'Query.a', http: {} };
    expect(requestError('FORBIDDEN', { extensions }).extensions).toMatchObject({
      code: 'FORBIDDEN',
      coordinate: 'Query.a',
      http: { status: 403 },
    });
  });

  test('has no stack: to record one would make being turned away dearer than being let in', () => {
    expect(requestError('FORBIDDEN').stack).not.toMatch(/\n\s+at /);
    expect(new Error('any other').stack).toMatch(/\n\s+at /);
  });

  test('leaves the stacks of other errors alone, also when it cannot be made', () => {
    const fail = () => {
      throw new Error('inside');
    };
    expect(() => withoutStack(fail)).toThrow('inside');
    expect(new Error('any other').stack).toMatch(/\n\s+at /);
  });

  test('of a user who is gone is that of any bad token', () => {
    expect(viewerDeleted()).toEqual(
      requestError('UNAUTHENTICATED', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }),
    );
  });
});

describe('an error of a field', () => {
  test('says which field and which rule', () => {
    const { message, extensions } = badUserInput('input.title', 'write more');
    expect([message, extensions]).toEqual([
      'Invalid value for `input.title`: write more',
      { code: 'BAD_USER_INPUT', field: 'input.title', rule: 'write more' },
    ]);
  });

  test('of a row says nothing of whose it may be, and leaves the status alone', () => {
    expect([notFound().message, notFound().extensions]).toEqual(['Not found.', { code: 'NOT_FOUND' }]);
  });
});
