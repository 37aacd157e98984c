import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AUTH_ENDPOINTS, CREDENTIAL_LIMIT } from '../../web/auth/endpoints.ts';
import {
  type Account,
  type AccountServer,
  type Answer,
  newEmail,
  ORIGIN,
  PASSWORD,
  startAccountServer,
  WRONG,
} from './account-server.ts';

/** Behind one proxy, so that a test can be many clients. */
let server: AccountServer;
let known: Account;

beforeAll(async () => {
  server = await startAccountServer(['127.0.0.1']);
  known = await server.signUp();
});
afterAll(() => server.end());
beforeEach(() => server.superuser.rows('delete from auth.rate_limit; delete from auth.auth_event'));

let clients = 0;
const newAddress = () => `198.18.${Math.floor((clients += 1) / 250)}.${clients % 250}`;
const from = (address = newAddress()) => ({ 'x-forwarded-for': address });
/** What a client sees of an answer, without the headers that depend on the clock. */
const visible = ({ status, headers, text }: Answer) => ({
  status,
  headers: Object.entries(headers).filter(([name]) => name !== 'date' && name !== 'retry-after'),
  text,
});
const codeOf = ({ text }: Answer) => (text === '' ? undefined : (JSON.parse(text) as { code?: string }).code);
const isSignedIn = async (cookie: string) =>
  (await server.send({ method: 'GET', target: '/api/auth/access-token', headers: { cookie, ...from() } })).status ===
  200;

describe('enumeration', () => {
  const VARIANTS: readonly (readonly [string, (email: string) => object, Record<string, string>?])[] = [
    ['a wrong password', (email) => ({ email, password: WRONG })],
    ['an upper-case address', (email) => ({ email: email.toUpperCase(), password: WRONG })],
    ['an empty password', (email) => ({ email, password: '' })],
    ['a password of 256 characters', (email) => ({ email, password: 'x'.repeat(256) })],
    ['a password of 257 characters', (email) => ({ email, password: 'x'.repeat(257) })],
    ['a password of 60,000 characters', (email) => ({ email, password: 'x'.repeat(60_000) })],
    ['a password with NUL', (email) => ({ email, password: 'a\0b' })],
    ['no password', (email) => ({ email })],
    ['a password of another type', (email) => ({ email, password: 7 })],
    ['rememberMe', (email) => ({ email, password: WRONG, rememberMe: false })],
    ['a callback on the same site', (email) => ({ email, password: WRONG, callbackURL: '/tasks' })],
    ['a callback on another site', (email) => ({ email, password: WRONG, callbackURL: 'https://evil.example' })],
    ['another origin', (email) => ({ email, password: WRONG }), { origin: 'https://evil.example', cookie: 'a=b' }],
    [
      'a forged device cookie',
      (email) => ({ email, password: WRONG }),
      { cookie: `fieldgate.device=${forgedDevice()}` },
    ],
  ];

  // covers: ACCOUNT-01, FR-007
  test.each(VARIANTS.map(([name, bodyFor, headers = {}]) => [name, bodyFor, headers] as const))(
    'known and unknown addresses get the same bytes: %s',
    async (_, bodyFor, headers) => {
      const answers = await Promise.all(
        [known.email, newEmail()].map((email) =>
          server.send({ body: bodyFor(email), headers: { ...headers, ...from() } }),
        ),
      );
      expect(visible(answers[0] as Answer)).toEqual(visible(answers[1] as Answer));
    },
  );

  const RESETS: readonly (readonly [string, (email: string) => unknown])[] = [
    ['an address', (email) => ({ email })],
    ['an upper-case address', (email) => ({ email: email.toUpperCase() })],
    ['an address with spaces', (email) => ({ email: ` ${email} ` })],
    ['an address in a list', (email) => ({ email: [email] })],
    ['a target on the same site', (email) => ({ email, redirectTo: '/reset-password' })],
    ['a target on another site', (email) => ({ email, redirectTo: 'https://evil.example' })],
    ['a repeated address', (email) => `{"email":"${newEmail()}","email":"${email}"}`],
  ];

  // covers: FR-007, MAIL-01
  test.each(RESETS)(
    'a reset by mail for known and unknown addresses is answered with the same bytes: %s',
    async (_, body) => {
      const answers: Answer[] = [];
      for (const email of [known.email, newEmail()])
        for (let request = 0; request < 7; request += 1) {
          const target = '/api/auth/request-password-reset';
          answers.push(await server.send({ target, headers: from(), body: body(email) }));
        }
      expect(answers.slice(0, 7).map(visible)).toEqual(answers.slice(7).map(visible));
    },
  );

  // covers: ACCOUNT-01, FR-023.2
  test('known and unknown addresses get the same bytes over the limit of the account', async () => {
    const answers: Answer[] = [];
    for (const email of [known.email, newEmail()]) {
      const body = { email, password: WRONG };
      await Promise.all(Array.from({ length: 10 }, () => server.send({ body, headers: from() })));
      answers.push(await server.send({ body, headers: from() }));
    }
    const [one, other] = answers.map(visible);
    expect(one).toEqual(other);
    expect(answers.map(({ status }) => status)).toEqual([429, 429]);
  });
});

const forgedDevice = (userId: string = randomUUID()) =>
  `device.${userId}.${'A'.repeat(22)}.${Math.floor(Date.now() / 1_000)}.${'A'.repeat(43)}`;

describe('brute force at one account', () => {
  const withWrongPassword = (email: string): object => ({ email, password: WRONG });
  const WAYS: readonly (readonly [
    string,
    (index: number) => Record<string, string>,
    ((email: string, index: number) => object)?,
  ])[] = [
    ['IPv4 addresses', () => from()],
    ['IPv6 networks', (index) => from(`2001:db8:${index.toString(16)}::1`)],
    ['addresses of one IPv6 network', (index) => from(`2001:db8:0:1::${index.toString(16)}`)],
    ['one address', () => from('203.0.113.1')],
    ['chains of claimed addresses', (index) => from(`1.1.1.${index}, 203.0.113.${index}`)],
    ['addresses that are none', (index) => from(`unknown${index}`)],
    ['user agents', (index) => ({ ...from(), 'user-agent': `browser ${index}` })],
    ['forged device cookies', () => ({ ...from(), cookie: `fieldgate.device=${forgedDevice()}` })],
    [
      'forged device cookies of the account',
      () => ({ ...from(), cookie: `fieldgate.device=${forgedDevice(known.userId)}` }),
    ],
    ['empty device cookies', () => ({ ...from(), cookie: 'fieldgate.device=' })],
    [
      'device cookies with many entries',
      () => ({ ...from(), cookie: `fieldgate.device=${Array.from({ length: 20 }, () => forgedDevice()).join('~')}` }),
    ],
    ['device cookies of an https site', () => ({ ...from(), cookie: `__Secure-${known.cookie}` })],
    [
      'letter case',
      () => from(),
      (email, index) => ({ email: index % 2 ? email.toUpperCase() : email, password: WRONG }),
    ],
    ['repeated properties', () => from(), (email) => ({ password: WRONG, email, Email: newEmail() })],
    ['extra properties', () => from(), (email, index) => ({ email, password: WRONG, [`x${index}`]: index })],
    ['target queries', () => from(), (email, index) => ({ email, password: `${WRONG}${index}` })],
  ];

  // covers: ACCOUNT-02, FR-023.2
  test.each(WAYS.map(([name, headersFor, bodyFor = withWrongPassword]) => [name, headersFor, bodyFor] as const))(
    'of 25 guesses at one account with different %s ten are checked',
    async (_, headersFor, bodyFor) => {
      const answers = await Promise.all(
        Array.from({ length: 25 }, (_each, index) =>
          server.send({
            target: `/api/auth/sign-in/email?attempt=${index}`,
            headers: headersFor(index),
            body: bodyFor(known.email, index),
          }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      expect([
        statuses.filter((status) => status === 401).length,
        statuses.filter((status) => status === 429).length,
      ]).toEqual([10, 15]);
    },
  );

  // covers: ACCOUNT-02
  test('the device cookie of one account gives no guesses at another', async () => {
    const attacker = await server.signUp();
    const answers = await Promise.all(
      Array.from({ length: 25 }, () =>
        server.send({ headers: { ...from(), cookie: attacker.cookie }, body: { email: known.email, password: WRONG } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });
});

describe('brute force from one address', () => {
  const NETWORK = '203.0.113.77';
  const WAYS: readonly (readonly [string, (index: number) => Record<string, string>])[] = [
    ['nothing', () => from(NETWORK)],
    ['X-Real-IP', (index) => ({ ...from(NETWORK), 'x-real-ip': `10.0.0.${index}` })],
    ['Forwarded', (index) => ({ ...from(NETWORK), forwarded: `for=10.0.0.${index}` })],
    ['X-Client-IP', (index) => ({ ...from(NETWORK), 'x-client-ip': `10.0.0.${index}` })],
    ['a claimed first hop', (index) => from(`10.0.0.${index}, ${NETWORK}`)],
    ['claimed first hops', (index) => from(`10.0.0.${index}, 10.0.1.${index}, ${NETWORK}`)],
    ['a claimed proxy', (index) => from(`10.0.0.${index}, 127.0.0.1, ${NETWORK}`)],
    ['IPv4-mapped spelling', (index) => from(index % 2 ? `::ffff:${NETWORK}` : NETWORK)],
  ];

  // covers: ACCOUNT-02, ACCOUNT-04, FR-023.1
  test.each(WAYS)(
    'guesses at many accounts from one address, which varies %s, share its limit',
    async (_, headersFor) => {
      await server.send({ headers: from(NETWORK), body: { email: 'x', password: 'x' } });
      const fill =
        'update auth.rate_limit set hits = array_fill(hits[1], array[$1::integer]) where key = $2 returning 1';
      expect(await server.superuser.rows(fill, [CREDENTIAL_LIMIT - 2, `${NETWORK} /sign-in/email`])).toHaveLength(1);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_each, index) =>
          server.send({ headers: headersFor(index), body: { email: newEmail(), password: WRONG } }),
        ),
      );
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(2);
      for (const limited of answers.filter(({ status }) => status === 429))
        expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    },
  );
});

describe('spellings of a path', () => {
  const SPELLINGS = [
    '//api/auth/sign-in/email',
    '/api//auth/sign-in/email',
    '/api/auth//sign-in/email',
    '/api/auth/sign-in//email',
    '/api/auth/sign-in/email/',
    '/api/auth/sign-in/email//',
    '/api/auth/sign-in%2Femail',
    '/api/auth/sign-in%2femail',
    '/api%2fauth/sign-in/email',
    '/api/auth/%73ign-in/email',
    '/api/auth/sign-in/%65mail',
    '/api/auth/SIGN-IN/email',
    '/api/auth/Sign-In/Email',
    '/API/AUTH/sign-in/email',
    '/api/auth/./sign-in/email',
    '/api/auth/x/../sign-in/email',
    '/api/auth/sign-up/../sign-in/email',
    '/api/auth/%2e/sign-in/email',
    '/api/auth/x/%2e%2e/sign-in/email',
    '/api/auth/sign-in/email;a=b',
    '/api/auth/sign-in/email%00',
    '/api/auth/sign-in/email%20',
    '/api/auth/sign-in\\email',
    '/api/auth/sign-in/email?/x',
    '/api/auth/sign-in/email?a=/sign-up/email',
    'http://evil.example/api/auth/sign-in/email',
    '/api/auth/sign-in/email.json',
  ];

  // covers: ACCOUNT-05
  test.each(SPELLINGS)('%s is unknown, or counts as /sign-in/email', async (target) => {
    const answer = await server.send({
      target,
      headers: from('203.0.113.5'),
      body: { email: newEmail(), password: WRONG },
    });
    const failed = await server.superuser.rows(`select from auth.auth_event where outcome = 'FAILED'`);
    const keys = await server.countedKeys();
    if (answer.status === 401) expect([failed.length, keys]).toEqual([1, ['203.0.113.5 /sign-in/email']]);
    else expect([[400, 404, 405].includes(answer.status), failed.length, keys]).toEqual([true, 0, []]);
  });
});

describe('lock-out of the owner', () => {
  const flood = () =>
    Promise.all(
      Array.from({ length: 15 }, () => server.send({ headers: from(), body: { email: known.email, password: WRONG } })),
    );

  // covers: ACCOUNT-23
  test('strangers cannot keep the owner from signing in with a known browser', async () => {
    await flood();
    const body = { email: known.email, password: PASSWORD };
    expect((await server.send({ headers: from(), body })).status).toBe(429);
    expect((await server.send({ headers: { ...from(), cookie: known.cookie }, body })).status).toBe(200);
  });

  // covers: ACCOUNT-12, ACCOUNT-23
  test.each([
    ['another site', { origin: 'https://evil.example' }, { password: WRONG }],
    ['no readable password', {}, { password: 7 }],
    ['a callback on another site', {}, { password: WRONG, callbackURL: 'https://evil.example' }],
  ])('requests with %s, whose password is not checked, use up no guesses of the owner', async (_, extra, body) => {
    const victim = await server.signUp();
    const attempts = Array.from({ length: 15 }, () =>
      server.send({ headers: { ...from(), cookie: victim.cookie, ...extra }, body: { email: victim.email, ...body } }),
    );
    for (const attempt of attempts) expect([400, 403, 429]).toContain((await attempt).status);
    const headers = { ...from(), cookie: victim.cookie };
    expect((await server.send({ headers, body: { email: victim.email, password: PASSWORD } })).status).toBe(200);
  });

  // covers: ACCOUNT-23
  test('strangers end no session of the owner', async () => {
    await flood();
    expect(await isSignedIn(known.cookie)).toBe(true);
  });

  // covers: ACCOUNT-23
  test('the lock-out of a stranger ends after the hour that Retry-After states', async () => {
    await flood();
    await server.superuser.rows(
      `update auth.rate_limit set hits = array(select hit - 3600000 from unnest(hits) hit) where key like 'guess %'`,
    );
    const body = { email: known.email, password: PASSWORD };
    expect((await server.send({ headers: from(), body })).status).toBe(200);
  });
});

describe('session fixation', () => {
  const PLANTED: readonly (readonly [string, (attacker: Account) => string])[] = [
    ['the attacker’s own cookies', ({ cookie }) => cookie],
    ['an invented session cookie', () => 'fieldgate.session_token=planted.c2lnbmF0dXJl'],
    ['two session cookies', ({ cookie }) => `${cookie}; fieldgate.session_token=planted`],
    ['a session cookie of an https site', ({ cookie }) => cookie.replaceAll('fieldgate.', '__Secure-fieldgate.')],
  ];

  // covers: ACCOUNT-11
  test.each(PLANTED)('a sign-in with %s creates a new session', async (_, planted) => {
    const [attacker, victim] = [await server.signUp(), await server.signUp()];
    const headers = { ...from(), cookie: planted(attacker) };
    const answer = await server.send({ headers, body: { email: victim.email, password: PASSWORD } });
    expect(answer.status).toBe(200);
    const { token } = JSON.parse(answer.text) as { token: string };
    expect(headers.cookie).not.toContain(token);
    const owners = 'select user_id from auth.session where token = $1';
    expect(await server.superuser.rows(owners, [token])).toEqual([{ user_id: victim.userId }]);
  });
});

describe('requests of another site', () => {
  const ORIGINS = [
    'null',
    'https://evil.example',
    'http://localhost:3000.evil.example',
    'http://evil.example/http://localhost:3000',
    'http://localhost',
    'http://localhost:3001',
    'https://localhost:3000',
    'http://127.0.0.1:3000',
    'http://localhost:3000@evil.example',
    '',
  ];
  const TYPES = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/json-seq',
    '',
  ];
  const TARGETS = [...AUTH_ENDPOINTS].filter(([, { method }]) => method === 'POST').map(([target]) => target);
  const body = { currentPassword: PASSWORD, newPassword: 'Other7horse' };

  // covers: ACCOUNT-12
  test.each(ORIGINS)('requests with a session cookie from the origin %j have no effect', async (origin) => {
    const victim = await server.signUp();
    for (const target of TARGETS) {
      const headers = { ...from(), cookie: victim.cookie, origin };
      expect((await server.send({ target: `/api/auth${target}`, headers, body })).status, target).toBe(403);
    }
    expect(await isSignedIn(victim.cookie)).toBe(true);
  });

  // covers: ACCOUNT-12
  test.each(TYPES)('requests of the content type %j have no effect', async (type) => {
    const victim = await server.signUp();
    for (const target of TARGETS) {
      const headers = { ...from(), cookie: victim.cookie, 'content-type': type };
      expect((await server.send({ target: `/api/auth${target}`, headers, body })).status, target).toBe(415);
    }
    expect(await isSignedIn(victim.cookie)).toBe(true);
  });
});

describe('open redirects', () => {
  // covers: WEB-08
  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://localhost:3000@evil.example',
    '/%2f%2fevil.example',
    'http://localhost:3000.evil.example/',
    ' https://evil.example',
  ])('a sign-in leads to no other site: callbackURL %j', async (callbackURL) => {
    const body = { email: known.email, password: PASSWORD, callbackURL };
    const answer = await server.send({ headers: { ...from(), cookie: known.cookie }, body });
    if (answer.status !== 200) return expect([answer.status, codeOf(answer)]).toEqual([403, 'INVALID_CALLBACK_URL']);
    const { url } = JSON.parse(answer.text) as { url?: string };
    for (const target of [url, answer.headers.location])
      expect(new URL(target ?? '/', ORIGIN).origin, target).toBe(ORIGIN);
  });
});

describe('sign-up', () => {
  // covers: ACCOUNT-06
  test.each([
    { role: 'ADMIN' },
    { role: ['ADMIN'] },
    { roles: 'ADMIN' },
    { Role: 'ADMIN' },
    { emailVerified: true },
    { email_verified: true },
    { id: '00000000-0000-4000-8000-000000000001' },
    { createdAt: '2000-01-01T00:00:00Z' },
    { user: { role: 'ADMIN' } },
    { 'data.role': 'ADMIN', role: null },
  ])('sign-up gives no privilege that its body asks for: %j', async (extra) => {
    const email = newEmail();
    const answer = await server.send({
      target: '/api/auth/sign-up/email',
      headers: from(),
      body: { email, password: PASSWORD, ...extra },
    });
    expect([200, 400]).toContain(answer.status);
    const privileged = `select from auth."user" where email = $1
      and (role <> 'USER' or email_verified or created_at < now() - interval '1 day' or id::text like '00000000%')`;
    expect(await server.superuser.rows(privileged, [email])).toEqual([]);
  });

  // covers: ACCOUNT-07
  test.each([
    ['Cyrillic letters', (local: string) => `${local}а@example.com`],
    ['a Kelvin sign', (local: string) => `\u212A${local}@example.com`],
    ['full-width letters', (local: string) => `ａ${local}@example.com`],
    ['a zero-width space', (local: string) => `${local}\u200B@example.com`],
    ['a soft hyphen', (local: string) => `${local}\u00AD@example.com`],
    ['a right-to-left mark', (local: string) => `${local}\u200F@example.com`],
    ['a Cyrillic domain', (local: string) => `${local}@ехample.com`],
    ['a dot at the end', (local: string) => `${local}@example.com.`],
    ['a space', (local: string) => `${local}@example.com `],
    ['NUL', (local: string) => `${local}\0@example.com`],
    ['a line break', (local: string) => `${local}@example.com\nbcc: x@example.com`],
    ['a quoted local part', (local: string) => `"${local}"@example.com`],
  ])('sign-up refuses an address with %s', async (_, emailFor) => {
    const body = { email: emailFor(randomUUID()), password: PASSWORD };
    const answer = await server.send({ target: '/api/auth/sign-up/email', headers: from(), body });
    expect([answer.status, codeOf(answer)]).toEqual([400, expect.stringMatching(/^(INVALID_EMAIL|VALIDATION_ERROR)$/)]);
    const created = `select from auth."user" where created_at > now() - interval '1 minute' and email = $1`;
    expect(await server.superuser.rows(created, [body.email.replaceAll('\0', '')])).toEqual([]);
  });

  // covers: ACCOUNT-07, FR-004
  test('of fifty concurrent sign-ups with one address one creates an account', async () => {
    const email = newEmail();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        server.send({ target: '/api/auth/sign-up/email', headers: from(), body: { email, password: PASSWORD } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 422]));
  });
});

describe('sizes', () => {
  // covers: ACCOUNT-08
  test.each(['/sign-up/email', '/sign-in/email', '/change-password'])('%s refuses a password of 1 MB', async (path) => {
    const long = 'x'.repeat(1_000_000);
    const body = { email: newEmail(), password: long, currentPassword: long, newPassword: long };
    const answer = await server.send({ target: `/api/auth${path}`, headers: from(), body });
    expect([answer.status, codeOf(answer)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(await server.countedKeys()).toEqual([]);
  });

  // covers: ACCOUNT-08
  test.each([
    ['with a length', {}],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('a body of 20 MB %s is refused before it is read', async (_, headers) => {
    const body = `{"email":"x","password":"${'x'.repeat(20_000_000)}"}`;
    const answer = await server
      .send({ headers: { ...from(), ...headers }, body })
      // The server may close the connection while the client still sends.
      .catch((error: NodeJS.ErrnoException) => ({ status: error.code, text: '', headers: {} }));
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(answer.status);
    expect(await server.countedKeys()).toEqual([]);
  });
});
