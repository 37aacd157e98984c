import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Api, codes, startApi } from '../api/api.ts';
import { mint } from '../api/token.ts';
import { ROW_SECURITY_OFF, watched } from './faults.ts';
import { type Scene, scene } from './scene.ts';

/** Wall 2 fallen for the security log: neither owner nor role is in any WHERE. */
const withoutCondition = (text: string) =>
  text
    .replaceAll(/"user_id" = (\$\d+)/g, '($1::uuid is not null)')
    .replaceAll(/\(SELECT app\.acts_for_every_owner\((\$\d+), (\$\d+)\)\)/g, '($1::text || $2::text is not null)');
const unchanged = (text: string) => text;

const LOG = '{ securityLog { nodes { userId } edges { node { id } } } }';
const OWN = '{ viewer { securityEvents { nodes { userId } } } }';

let there: Scene;
let api: Api;
let admin: string;
let statements: string[];

/** The API over a database whose row security is as `ruin` leaves it, and whose statements arrive as `change` has them. */
function standing(ruin: string, change: (text: string) => string): void {
  beforeAll(async () => {
    there = await scene(ruin);
    const seen = watched(there.source.pool, change);
    ({ statements } = seen);
    api = await startApi({ mapping: there.source.mapping, pool: seen.pool });
    admin = await there.above.person('admin', 'ADMIN');
  });
  afterAll(async () => {
    await api.close();
    await there.end();
  });
  beforeEach(async () => {
    await there.above.event(there.alice);
    await there.above.event(null);
    statements.length = 0;
  });
  afterEach(() => there.above.rows('delete from auth.auth_event'));
}

const ask = (query: string, viewer: string, role = 'USER') => api.ask(query, { token: mint(viewer, { role }) });
const whose = async (query: string, viewer: string, role = 'USER') => {
  const { text, body } = await ask(query, viewer, role);
  expect(body?.errors, text).toBeUndefined();
  return new Set([...text.matchAll(/"userId":(null|"[^"]*")/g)].map(([, id]) => JSON.parse(id ?? '') as unknown));
};

describe('wall 1 alone, with walls 2 and 3 gone', () => {
  standing(ROW_SECURITY_OFF, withoutCondition);

  test('everybody’s events are refused to who has not the role, before any statement', async () => {
    const answer = await ask(LOG, there.bob);
    expect([answer.status, new Set(codes(answer))]).toEqual([403, new Set(['FORBIDDEN'])]);
    expect(answer.body).not.toHaveProperty('data');
    expect(statements).toEqual([]);
  });

  describe.each([
    ['AuthEventConnection.nodes', OWN],
    ['AuthEventEdge.node', '{ viewer { securityEvents { edges { node { kind } } } } }'],
  ])('and what the owned path then lets out meets the guard at %s', (coordinate, query) => {
    test.each([
      ['somebody else’s', () => there.alice],
      ['nobody’s', () => null],
    ])('when it is %s: an alarm, and no data', async (_, owner) => {
      await there.above.rows('delete from auth.auth_event');
      await there.above.event(owner());
      const logged = api.log.length;
      const answer = await ask(query, there.bob);
      expect(answer.status).toBe(500);
      const message = 'Something went wrong on our side.';
      expect(answer.body).toEqual({ errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
      const alarm = { event: 'security', kind: 'breach', coordinate, ownerId: owner(), viewerId: there.bob };
      expect(api.log.slice(logged)).toContainEqual(expect.objectContaining(alarm));
      expect(await api.counters()).toContain(`fieldgate_breaches_total{coordinate="${coordinate}"}`);
    });
  });

  test('and an admin, for whom these are, sets no alarm off', async () => {
    expect(await whose(LOG, admin, 'ADMIN')).toEqual(new Set([admin, there.alice, null]));
  });
});

describe.each([
  ['wall 2 alone: the condition in the statement, no row security', ROW_SECURITY_OFF, unchanged],
  ['wall 3 alone: row security, no condition in any statement', 'select', withoutCondition],
])('%s', (_, ruin, change) => {
  standing(ruin, change);

  test('stands alone: the other wall is down', async () => {
    await whose(LOG, admin, 'ADMIN');
    await whose(OWN, there.bob);
    const asked = statements.filter((text) => text.includes('auth_event'));
    expect(asked).toHaveLength(2);
    const conditions = asked.filter((text) => /acts_for_every_owner|"user_id" =/.test(text));
    expect(conditions).toHaveLength(change === unchanged ? 2 : 0);
    const { rows } = await there.source.pool.query('select from auth.auth_event');
    expect(rows.length > 0).toBe(ruin === ROW_SECURITY_OFF);
  });

  test('a token that says ADMIN gets no foreign event while the database says USER', async () => {
    const seen = await whose(LOG, there.bob, 'ADMIN');
    expect([...seen].filter((id) => id !== there.bob)).toEqual([]);
    expect(await whose(LOG, admin, 'ADMIN')).toEqual(new Set([admin, there.bob, there.alice, null]));
  });

  test('the owned path has the viewer’s events alone, an admin’s too', async () => {
    await there.above.event(there.bob);
    expect(await whose(OWN, there.bob)).toEqual(new Set([there.bob]));
    expect(await whose(OWN, admin, 'ADMIN')).toEqual(new Set());
  });
});
