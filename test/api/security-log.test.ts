import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabaseSource } from '../../server/data/database-source.ts';
import { createTestAccounts } from '../support/test-accounts.ts';
import { type ApiResponse, errorCodes, startTestApi } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

let admin: string;
let alicesEvent: string;
let bobsEvent: string;
let ownerlessEvent: string;

const fixture = setUpApiFixture();
beforeAll(async () => {
  admin = await fixture.seeded.superuser.insertUser('admin', 'ADMIN');
});
beforeEach(async () => {
  await fixture.seeded.superuser.rows('delete from auth.auth_event');
  alicesEvent = await fixture.seeded.superuser.insertEvent(fixture.seeded.alice, new Date(3_000));
  bobsEvent = await fixture.seeded.superuser.insertEvent(fixture.seeded.bob, new Date(2_000));
  ownerlessEvent = await fixture.seeded.superuser.insertEvent(null, new Date(1_000));
  fixture.statements.length = 0;
});

const FIELDS = 'id userId kind outcome address userAgent detail createdAt';
const SECURITY_LOG = `query ($first: Int, $after: String) {
  securityLog(first: $first, after: $after) { nodes { ${FIELDS} } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
}`;
const OWN_EVENTS = `query ($first: Int, $after: String) {
  viewer { securityEvents(first: $first, after: $after) { nodes { ${FIELDS} } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
}`;
const asAdmin = (changes = {}) => signToken(admin, { role: 'ADMIN', ...changes });
const crossOwnerReads = () =>
  fixture.seeded.superuser.rows(`select user_id, outcome, detail from auth.auth_event where kind = 'EVERY_OWNER_READ'`);

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
function pageOf({ body, text }: ApiResponse): Page {
  expect(body?.errors, text).toBeUndefined();
  const data = body?.data as { securityLog?: Page; viewer?: { securityEvents: Page } } | undefined;
  return (data?.securityLog ?? data?.viewer?.securityEvents) as Page;
}
const idsOf = (response: ApiResponse) => pageOf(response).nodes.map(({ id }) => id);

describe('securityLog', () => {
  test('rejects securityLog without a token with 401 and without a statement', async () => {
    const response = await fixture.api.execute(SECURITY_LOG);
    expect([response.status, new Set(errorCodes(response))]).toEqual([401, new Set(['UNAUTHENTICATED'])]);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(fixture.statements).toEqual([]);
  });

  test.each([{}, { role: 'USER' }, { role: 'admin' }, { role: 'ADMIN ' }, { email: 'admin@example.com' }])(
    'rejects securityLog without the role with 403, without a statement or an event: claims %j',
    async (claims) => {
      const response = await fixture.api.execute(SECURITY_LOG, { token: signToken(fixture.seeded.bob, claims) });
      expect([response.status, errorCodes(response)]).toEqual([403, ['FORBIDDEN']]);
      expect(response.body).not.toHaveProperty('data');
      expect(fixture.statements).toEqual([]);
      expect(await crossOwnerReads()).toEqual([]);
    },
  );

  // covers: FR-026.3
  test('returns an admin every user’s events in one statement, the read itself among them', async () => {
    const response = await fixture.api.execute(SECURITY_LOG, { token: asAdmin() });
    expect(idsOf(response)).toEqual([expect.any(String), alicesEvent, bobsEvent, ownerlessEvent]);
    expect(pageOf(response).nodes[0]).toMatchObject({ userId: admin, kind: 'EVERY_OWNER_READ', detail: 'AuthEvent' });
    expect(pageOf(response).nodes[3]).toEqual({
      id: ownerlessEvent,
      userId: null,
      kind: 'SIGN_IN',
      outcome: 'FAILED',
      address: null,
      userAgent: null,
      detail: null,
      createdAt: '1970-01-01T00:00:01.000Z',
    });
    expect(fixture.statements).toHaveLength(1);
    expect(await crossOwnerReads()).toEqual([{ user_id: admin, outcome: 'SUCCEEDED', detail: 'AuthEvent' }]);
  });

  // covers: ACCESS-25
  test('records each cross-owner read, also two in one document', async () => {
    const response = await fixture.api.execute(
      '{ a: securityLog { nodes { id } } b: securityLog(first: 1) { nodes { id } } }',
      {
        token: asAdmin(),
      },
    );
    expect(response.status).toBe(200);
    expect(await crossOwnerReads()).toHaveLength(2);
  });

  test('returns no foreign event to a token whose ADMIN role was withdrawn, and records the attempt', async () => {
    const response = await fixture.api.execute(SECURITY_LOG, {
      token: signToken(fixture.seeded.bob, { role: 'ADMIN' }),
    });
    expect(idsOf(response)).toEqual([]);
    expect(await crossOwnerReads()).toEqual([
      { user_id: fixture.seeded.bob, outcome: 'SUCCEEDED', detail: 'AuthEvent' },
    ]);
  });

  test('rejects securityLog for a token with the role USER with 403, though the database says ADMIN', async () => {
    const response = await fixture.api.execute(SECURITY_LOG, { token: signToken(admin) });
    expect([response.status, errorCodes(response)]).toEqual([403, ['FORBIDDEN']]);
  });
});

describe('securityEvents', () => {
  test('rejects securityEvents without a token with 401', async () => {
    const response = await fixture.api.execute(OWN_EVENTS);
    expect([response.status, new Set(errorCodes(response))]).toEqual([401, new Set(['UNAUTHENTICATED'])]);
  });

  test('returns the viewer’s own events in two statements, without recording a cross-owner read', async () => {
    expect(idsOf(await fixture.api.execute(OWN_EVENTS, { token: signToken(fixture.seeded.bob) }))).toEqual([bobsEvent]);
    expect(fixture.statements).toHaveLength(2);
    expect(await crossOwnerReads()).toEqual([]);
  });

  test('returns an admin only the admin’s own events', async () => {
    expect(idsOf(await fixture.api.execute(OWN_EVENTS, { token: asAdmin() }))).toEqual([]);
    expect(await crossOwnerReads()).toEqual([]);
  });

  test('rejects another user’s events with 403, without a statement', async () => {
    const query = 'query ($id: ID!) { user(id: $id) { securityEvents { nodes { id } } } }';
    for (const token of [signToken(fixture.seeded.bob), asAdmin()]) {
      const response = await fixture.api.execute(query, { token, variables: { id: fixture.seeded.alice } });
      expect([response.status, errorCodes(response)]).toEqual([403, ['FORBIDDEN']]);
    }
    expect(fixture.statements).toEqual([]);
  });
});

// covers: FR-026.5
test('an admin’s read of the security log is recorded with the address and the client of the request', async () => {
  const api = await startTestApi(fixture.seeded.source, 'on', { settings: { TRUSTED_PROXIES: ['127.0.0.1'] } });
  try {
    const headers = { 'x-forwarded-for': '2001:db8::9', 'user-agent': `Lynx ${'x'.repeat(400)}` };
    pageOf(await api.execute(SECURITY_LOG, { token: asAdmin(), headers }));
    const rows = await fixture.seeded.superuser.rows(
      `select address, user_agent from auth.auth_event where kind = 'EVERY_OWNER_READ'`,
    );
    expect(rows).toEqual([{ address: '2001:db8::9', user_agent: headers['user-agent'].slice(0, 300) }]);
  } finally {
    await api.close();
  }
});

// covers: ACCOUNT-40, FR-026.4
test('refusals with 403 are recorded once a minute for the user, and those with 401 are not', async () => {
  const settings = { TRUSTED_PROXIES: ['127.0.0.1'] };
  const api = await startTestApi(fixture.seeded.source, 'on', { settings, recordRefusals: true });
  const headers = { 'x-forwarded-for': '203.0.113.9', 'user-agent': 'Netscape 4' };
  try {
    const token = signToken(fixture.seeded.bob);
    expect((await api.execute(SECURITY_LOG, { headers })).status).toBe(401);
    const stale = signToken(fixture.seeded.alice, { auth_time: 1 });
    expect((await api.execute('mutation { clearTasks }', { token: stale, headers })).status).toBe(401);
    for (let again = 0; again < 3; again++)
      expect((await api.execute(SECURITY_LOG, { token, headers })).status).toBe(403);
  } finally {
    await api.close();
  }
  const recorded = await fixture.seeded.superuser.rows(
    `select user_id, outcome, address, user_agent, detail from auth.auth_event where kind = 'ACCESS_REFUSED'`,
  );
  expect(recorded).toEqual([
    {
      user_id: fixture.seeded.bob,
      outcome: 'REFUSED',
      address: '203.0.113.9',
      user_agent: 'Netscape 4',
      detail: 'FORBIDDEN Query.securityLog',
    },
  ]);
});

// covers: FR-026.3
test('returns the events that the web app recorded for the user', async () => {
  const accounts = await createTestAccounts();
  const source = await openDatabaseSource({ url: accounts.database.api });
  const api = await startTestApi(source);
  try {
    const attempt = (path: string, password: string) =>
      accounts.visitor('203.0.113.9').request('POST', path, { email: 'eve@example.com', password });
    const signedUp = await attempt('/sign-up/email', 'Correct7horse');
    const { user } = (await signedUp.json()) as { user: { id: string } };
    await attempt('/sign-in/email', 'Wrong7horse');
    const response = await api.execute(OWN_EVENTS, { token: signToken(user.id) });
    expect(pageOf(response).nodes).toMatchObject([
      { kind: 'SIGN_IN', outcome: 'FAILED', userId: user.id, address: '203.0.113.9' },
      { kind: 'SIGN_UP', outcome: 'SUCCEEDED', userId: user.id, address: '203.0.113.9' },
    ]);
  } finally {
    await api.close();
    await source.close();
    await accounts.end();
  }
});

describe.each([
  ['securityLog', SECURITY_LOG, asAdmin],
  ['securityEvents', OWN_EVENTS, () => signToken(fixture.seeded.bob)],
])('a page of %s', (name, query, token) => {
  const execute = (variables: object) => fixture.api.execute(query, { token: token(), variables: { ...variables } });

  test('returns each security event once across pages', async () => {
    const older: string[] = [];
    for (let at = 900; at > 0; at -= 100)
      older.push(await fixture.seeded.superuser.insertEvent(fixture.seeded.bob, new Date(at)));
    const whole = idsOf(await execute({ first: 100 }));
    const pagedIds: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = pageOf(await execute({ first: 4, after }));
      pagedIds.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    // Each page of the log records its own read at the top, before the pages that follow.
    expect(pagedIds.slice(1)).toEqual(expect.arrayContaining(whole.slice(1).filter((id) => older.includes(id))));
    expect(new Set(pagedIds).size).toBe(pagedIds.length);
    expect(pagedIds.slice(-older.length - 1)).toEqual(
      name === 'securityLog' ? [ownerlessEvent, ...older] : [bobsEvent, ...older],
    );
  });

  test.each([0, -1, 101, 2 ** 31 - 1])('rejects first: %i with BAD_USER_INPUT', async (first) => {
    const response = await execute({ first });
    expect(response.body?.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', field: 'first', rule: 'range', min: 1, max: 100 },
    ]);
    expect(JSON.stringify(response.body?.data ?? null)).not.toContain('"nodes"');
    expect(await crossOwnerReads()).toEqual([]);
  });

  test.each(['', 'x', '\0', Buffer.from('[1.5,"01900000-0000-7000-8000-00000000000a"]').toString('base64url')])(
    'rejects an invalid cursor: %j',
    async (after) => {
      const response = await execute({ after });
      expect(errorCodes(response)).toEqual(['BAD_USER_INPUT']);
      expect(response.status).toBeLessThan(500);
      expect(await crossOwnerReads()).toEqual([]);
    },
  );
});
