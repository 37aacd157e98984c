import {
  anything,
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  double,
  object,
  oneof,
  property,
  record,
  string,
} from 'fast-check';
import { expect, test } from 'vitest';
import { ada, authorizeRequest, NOW, createTestPolicy } from '../test-harness.ts';
import { type AccessViewer, InvalidViewerError, parseViewer } from '../access-viewer.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

const RUNS = 5_000;
const policy = createTestPolicy(
  'type Query { open: Int @public(reason: "x") mine: Int @auth admin: Int @auth(roles: [ADMIN]) }',
);

/** A second, declarative definition of a well-formed viewer. */
function isWellFormed(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  const { userId, roles, authTime, emailVerified, scopes } = { ...value } as Record<keyof AccessViewer, unknown>;
  const visible =
    typeof userId === 'string' ? userId.replaceAll(/[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '') : '';
  return (
    typeof userId === 'string' &&
    visible !== '' &&
    !/^\s|\s$|\p{Cc}|\p{Cs}/u.test(userId) &&
    Array.isArray(roles) &&
    [...(roles as unknown[])].every((role) => typeof role === 'string') &&
    typeof authTime === 'number' &&
    authTime >= 0 &&
    authTime <= NOW + 5 &&
    typeof emailVerified === 'boolean' &&
    (scopes === undefined ||
      (Array.isArray(scopes) && [...(scopes as unknown[])].every((scope) => typeof scope === 'string')))
  );
}

/** Almost viewers: each property is valid, almostViewer valid, or of the wrong type. */
const almostViewer = record(
  {
    userId: oneof(
      constant('ada'),
      string({ unit: 'binary' }),
      constantFrom('', ' ', '\u200b', 'ada\n', '\ud800', new String('ada')),
      anything(),
    ),
    roles: oneof(array(string()), constantFrom('ADMIN', new Set(['ADMIN']), null), array(anything()), anything()),
    authTime: oneof(
      double({ min: 0, max: NOW }),
      double(),
      constantFrom<unknown>(NOW + 5, NOW + 6, NOW * 1_000, String(NOW), new Date(), BigInt(NOW)),
      anything(),
    ),
    scopes: oneof(array(string()), constantFrom('read', null, undefined), array(anything()), anything()),
    emailVerified: oneof(boolean(), constantFrom<unknown>('true', 1, new Boolean(true)), anything()),
  },
  { requiredKeys: [] },
);
const damagedViewer = record({
  property: constantFrom<keyof AccessViewer>('userId', 'roles', 'authTime', 'emailVerified', 'scopes'),
  value: anything({ withBigInt: true, withDate: true, withBoxedValues: true, withSparseArray: true }),
}).map(({ property: name, value }) => ({ ...ada, [name]: value }));

// covers: ACCESS-05, ENGINE-07
test(
  'of arbitrary values, authorize accepts exactly the well-formed viewers and throws for all others',
  PROPERTY_TIMEOUT,
  () => {
    let refused = 0;
    let accepted = 0;
    assert(
      property(oneof(almostViewer, damagedViewer, anything(), object()), (value) => {
        const viewer = value as AccessViewer | null;
        if (isWellFormed(value)) {
          accepted++;
          expect(authorizeRequest(policy, '{ mine }', viewer).kind).toBe(value === null ? 'refused' : 'allowed');
          return;
        }
        refused++;
        for (const text of ['{ open }', '{ mine }', '{ admin }'])
          expect(() => authorizeRequest(policy, text, viewer)).toThrow(InvalidViewerError);
        expect(() => parseViewer(value, NOW)).toThrow(InvalidViewerError);
      }),
      propertySettings(RUNS),
    );
    expect(refused).toBeGreaterThan(RUNS / 2);
    expect(accepted).toBeGreaterThan(RUNS / 100);
  },
);
