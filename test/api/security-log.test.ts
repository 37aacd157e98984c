import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSource } from '../../server/data/source.ts';
import { testAccounts } from '../../web/auth/testing/accounts.ts';
import { type Answer, codes, startApi } from './api.ts';
import { apiOnScene } from './on-scene.ts';
import { mint } from './token.ts';

let admin: string;
let ofAlice: string;
let ofBob: string;
let ofNobody: string;

const on = apiOnScene();
beforeAll(async () => {
  admin = await on.there.above.person('admin', 'ADMIN');
});
beforeEach(async () => {
  await on.there.above.rows('delete from auth.auth_event');
  ofAlice = await on.there.above.event(on.there.alice, new Date(3_000));
  ofBob = await on.there.above.event(on.there.bob, new Date(2_000));
  ofNobody = await on.there.above.event(null, new Date(1_000));
  on.statements.length = 0;
});

const FIELDS = 'id userId kind outcome address userAgent detail createdAt';
const LOG = `query ($first: Int, $after: String) {
  securityLog(first: $first, after: $after) { nodes { ${FIELDS} } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
}`;
const OWN = `query ($first: Int, $after: String) {
  viewer { securityEvents(first: $first, after: $after) { nodes { ${FIELDS} } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
}`;
const asAdmin = (changes = {}) => mint(admin, { role: 'ADMIN', ...changes });
const looks = () =>
  on.there.above.rows(`select user_id, outcome, detail from auth.auth_event where kind = 'EVERY_OWNER_READ'`);

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
function pageOf({ body, text }: Answer): Page {
  expect(body?.errors, text).toBeUndefined();
  const data = body?.data as { securityLog?: Page; viewer?: { securityEvents: Page } } | undefined;
  return (data?.securityLog ?? data?.viewer?.securityEvents) as Page;
}
const idsOf = (answer: Answer) => pageOf(answer).nodes.map(({ id }) => id);

describe('securityLog', () => {
  test('needs a token: 401, and no statement', async () => {
    const answer = await on.api.ask(LOG);
    expect([answer.status, new Set(codes(answer))]).toEqual([401, new Set(['UNAUTHENTICATED'])]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(on.statements).toEqual([]);
  });

  test.each([{}, { role: 'USER' }, { role: 'admin' }, { role: 'ADMIN ' }, { email: 'admin@example.com' }])(
    'needs the role: 403, no statement and no record, with the claims %j',
    async (claims) => {
      const answer = await on.api.ask(LOG, { token: mint(on.there.bob, claims) });
      expect([answer.status, codes(answer)]).toEqual([403, ['FORBIDDEN']]);
      expect(answer.body).not.toHaveProperty('data');
      expect(on.statements).toEqual([]);
      expect(await looks()).toEqual([]);
    },
  );

  test('shows an admin everybody’s events, one statement for all, and the look is among them', async () => {
    const answer = await on.api.ask(LOG, { token: asAdmin() });
    expect(idsOf(answer)).toEqual([expect.any(String), ofAlice, ofBob, ofNobody]);
    expect(pageOf(answer).nodes[0]).toMatchObject({ userId: admin, kind: 'EVERY_OWNER_READ', detail: 'AuthEvent' });
    expect(pageOf(answer).nodes[3]).toEqual({
      id: ofNobody,
      userId: null,
      kind: 'SIGN_IN',
      outcome: 'FAILED',
      address: null,
      userAgent: null,
      detail: null,
      createdAt: '1970-01-01T00:00:01.000Z',
    });
    expect(on.statements).toHaveLength(1);
    expect(await looks()).toEqual([{ user_id: admin, outcome: 'SUCCEEDED', detail: 'AuthEvent' }]);
  });

  test('puts down each look, also two in one document', async () => {
    const answer = await on.api.ask('{ a: securityLog { nodes { id } } b: securityLog(first: 1) { nodes { id } } }', {
      token: asAdmin(),
    });
    expect(answer.status).toBe(200);
    expect(await looks()).toHaveLength(2);
  });

  test('shows no foreign event to a token whose ADMIN the database no longer knows, and keeps the attempt', async () => {
    const answer = await on.api.ask(LOG, { token: mint(on.there.bob, { role: 'ADMIN' }) });
    expect(idsOf(answer)).toEqual([]);
    expect(await looks()).toEqual([{ user_id: on.there.bob, outcome: 'SUCCEEDED', detail: 'AuthEvent' }]);
  });

  test('is not there for a token that still says USER, whatever the database says: 403', async () => {
    const answer = await on.api.ask(LOG, { token: mint(admin) });
    expect([answer.status, codes(answer)]).toEqual([403, ['FORBIDDEN']]);
  });
});

describe('securityEvents', () => {
  test('needs a token: 401', async () => {
    const answer = await on.api.ask(OWN);
    expect([answer.status, new Set(codes(answer))]).toEqual([401, new Set(['UNAUTHENTICATED'])]);
  });

  test('are the viewer’s own, two statements with the viewer’s account, and no look to put down', async () => {
    expect(idsOf(await on.api.ask(OWN, { token: mint(on.there.bob) }))).toEqual([ofBob]);
    expect(on.statements).toHaveLength(2);
    expect(await looks()).toEqual([]);
  });

  test('of an admin are the admin’s own', async () => {
    expect(idsOf(await on.api.ask(OWN, { token: asAdmin() }))).toEqual([]);
    expect(await looks()).toEqual([]);
  });

  test('of somebody else are refused before any statement: 403', async () => {
    const query = 'query ($id: ID!) { user(id: $id) { securityEvents { nodes { id } } } }';
    for (const token of [mint(on.there.bob), asAdmin()]) {
      const answer = await on.api.ask(query, { token, variables: { id: on.there.alice } });
      expect([answer.status, codes(answer)]).toEqual([403, ['FORBIDDEN']]);
    }
    expect(on.statements).toEqual([]);
  });
});

test('what the web app puts down of an attempt, its user reads here', async () => {
  const accounts = await testAccounts();
  const source = await openSource({ url: accounts.database.api });
  const reading = await startApi(source);
  try {
    const attempt = (path: string, password: string) =>
      accounts.visitor('203.0.113.9').request('POST', path, { email: 'eve@example.com', password });
    const signedUp = await attempt('/sign-up/email', 'Correct7horse');
    const { user } = (await signedUp.json()) as { user: { id: string } };
    await attempt('/sign-in/email', 'Wrong7horse');
    const answer = await reading.ask(OWN, { token: mint(user.id) });
    expect(pageOf(answer).nodes).toMatchObject([
      { kind: 'SIGN_IN', outcome: 'FAILED', userId: user.id, address: '203.0.113.9' },
      { kind: 'SIGN_UP', outcome: 'SUCCEEDED', userId: user.id, address: '203.0.113.9' },
    ]);
  } finally {
    await reading.close();
    await source.close();
    await accounts.end();
  }
});

describe.each([
  ['securityLog', LOG, asAdmin],
  ['securityEvents', OWN, () => mint(on.there.bob)],
])('a page of %s', (name, query, token) => {
  const ask = (variables: object) => on.api.ask(query, { token: token(), variables: { ...variables } });

  test('leads to the next by its cursors, to the last, each event once', async () => {
    const older: string[] = [];
    for (let at = 900; at > 0; at -= 100) older.push(await on.there.above.event(on.there.bob, new Date(at)));
    const whole = idsOf(await ask({ first: 100 }));
    const found: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = pageOf(await ask({ first: 4, after }));
      found.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    // Each page of the log adds its own look at the top, where a walk downwards does not come by again.
    expect(found.slice(1)).toEqual(expect.arrayContaining(whole.slice(1).filter((id) => older.includes(id))));
    expect(new Set(found).size).toBe(found.length);
    expect(found.slice(-older.length - 1)).toEqual(name === 'securityLog' ? [ofNobody, ...older] : [ofBob, ...older]);
  });

  test.each([0, -1, 101, 2 ** 31 - 1])('has 1 to 100 events: first: %i is BAD_USER_INPUT', async (first) => {
    const answer = await ask({ first });
    expect(answer.body?.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', field: 'first', rule: 'ask for 1 to 100 at once' },
    ]);
    expect(JSON.stringify(answer.body?.data ?? null)).not.toContain('"nodes"');
    expect(await looks()).toEqual([]);
  });

  test.each(['', 'x', '\0', Buffer.from('[1.5,"01900000-0000-7000-8000-00000000000a"]').toString('base64url')])(
    'does not begin after what is no cursor of it: %j',
    async (after) => {
      const answer = await ask({ after });
      expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.status).toBeLessThan(500);
      expect(await looks()).toEqual([]);
    },
  );
});
