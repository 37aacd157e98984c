import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';
import { DISABLE_ROW_SECURITY } from './disabled-layers.ts';
import { recordStatements } from '../support/recording-pool.ts';
import { type SeededFixture, createSeededFixture } from '../support/seeded-fixture.ts';

/** Disables wall 2 for events: the conditions on owner and role in every WHERE are always true. */
const withoutCondition = (text: string) =>
  text
    .replaceAll(/"user_id" = (\$\d+)/g, '($1::uuid is not null)')
    .replaceAll(/\(SELECT app\.acts_for_every_owner\((\$\d+), (\$\d+)\)\)/g, '($1::text || $2::text is not null)');
const unchangedText = (text: string) => text;

const SECURITY_LOG = '{ securityLog { nodes { userId } edges { node { id } } } }';
const OWN_EVENTS = '{ viewer { securityEvents { nodes { userId } } } }';

let seeded: SeededFixture;
let api: TestApi;
let admin: string;
let statements: string[];

/** Starts the API for a suite after `disablingSql`; `rewrite` changes its statements. */
function setUpDisabledLayers(disablingSql: string, rewrite: (text: string) => string): void {
  beforeAll(async () => {
    seeded = await createSeededFixture(disablingSql);
    const recording = recordStatements(seeded.source.pool, { rewrite });
    ({ statements } = recording);
    api = await startTestApi({ mapping: seeded.source.mapping, pool: recording.pool });
    admin = await seeded.superuser.insertUser('admin', 'ADMIN');
  });
  afterAll(async () => {
    await api.close();
    await seeded.end();
  });
  beforeEach(async () => {
    await seeded.superuser.insertEvent(seeded.alice);
    await seeded.superuser.insertEvent(null);
    statements.length = 0;
  });
  afterEach(() => seeded.superuser.rows('delete from auth.auth_event'));
}

const execute = (query: string, viewer: string, role = 'USER') =>
  api.execute(query, { token: signToken(viewer, { role }) });
const ownerIds = async (query: string, viewer: string, role = 'USER') => {
  const { text, body } = await execute(query, viewer, role);
  expect(body?.errors, text).toBeUndefined();
  return new Set([...text.matchAll(/"userId":(null|"[^"]*")/g)].map(([, id]) => JSON.parse(id ?? '') as unknown));
};

// covers: FR-026.3
describe('wall 1 on events, with walls 2 and 3 disabled', () => {
  setUpDisabledLayers(DISABLE_ROW_SECURITY, withoutCondition);

  test('rejects securityLog without the role, before any statement', async () => {
    const response = await execute(SECURITY_LOG, seeded.bob);
    expect([response.status, new Set(errorCodes(response))]).toEqual([403, new Set(['FORBIDDEN'])]);
    expect(response.body).not.toHaveProperty('data');
    expect(statements).toEqual([]);
  });

  describe.each([
    ['AuthEventConnection.nodes', OWN_EVENTS],
    ['AuthEventEdge.node', '{ viewer { securityEvents { edges { node { kind } } } } }'],
  ])('the guard at %s', (coordinate, query) => {
    test.each([
      ['another user’s event', () => seeded.alice],
      ['an event without an owner', () => null],
    ])('raises the alarm and returns no data for %s', async (_, owner) => {
      await seeded.superuser.rows('delete from auth.auth_event');
      await seeded.superuser.insertEvent(owner());
      const logLength = api.log.length;
      const response = await execute(query, seeded.bob);
      expect(response.status).toBe(500);
      const message = 'Something went wrong on our side.';
      expect(response.body).toEqual({ errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
      const breachEntry = { event: 'security', kind: 'breach', coordinate, ownerId: owner(), viewerId: seeded.bob };
      expect(api.log.slice(logLength)).toContainEqual(expect.objectContaining(breachEntry));
      expect(await api.metrics()).toContain(`fieldgate_breaches_total{coordinate="${coordinate}"}`);
    });
  });

  test('raises no alarm when an admin reads the security log', async () => {
    expect(await ownerIds(SECURITY_LOG, admin, 'ADMIN')).toEqual(new Set([admin, seeded.alice, null]));
  });
});

describe.each([
  ['wall 2 on events: conditions in SQL, row security disabled', DISABLE_ROW_SECURITY, unchangedText],
  ['wall 3 on events: row security, conditions in SQL disabled', 'select', withoutCondition],
])('%s', (_, disablingSql, rewrite) => {
  setUpDisabledLayers(disablingSql, rewrite);

  // covers: FR-026.3
  test('finds the other wall on events disabled', async () => {
    await ownerIds(SECURITY_LOG, admin, 'ADMIN');
    await ownerIds(OWN_EVENTS, seeded.bob);
    const eventStatements = statements.filter((text) => text.includes('auth_event'));
    expect(eventStatements).toHaveLength(2);
    const conditions = eventStatements.filter((text) => /acts_for_every_owner|"user_id" =/.test(text));
    expect(conditions).toHaveLength(rewrite === unchangedText ? 2 : 0);
    const { rows } = await seeded.source.pool.query('select from auth.auth_event');
    expect(rows.length > 0).toBe(disablingSql === DISABLE_ROW_SECURITY);
  });

  // covers: ACCESS-25
  test('returns no foreign event to a token with ADMIN while the database says USER', async () => {
    const owners = await ownerIds(SECURITY_LOG, seeded.bob, 'ADMIN');
    expect([...owners].filter((id) => id !== seeded.bob)).toEqual([]);
    expect(await ownerIds(SECURITY_LOG, admin, 'ADMIN')).toEqual(new Set([admin, seeded.bob, seeded.alice, null]));
  });

  test('returns only the viewer’s events from securityEvents, to an admin, too', async () => {
    await seeded.superuser.insertEvent(seeded.bob);
    expect(await ownerIds(OWN_EVENTS, seeded.bob)).toEqual(new Set([seeded.bob]));
    expect(await ownerIds(OWN_EVENTS, admin, 'ADMIN')).toEqual(new Set());
  });
});
