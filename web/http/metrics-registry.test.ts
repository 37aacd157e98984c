import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createTestAccounts, type TestAccounts } from '../../test/support/test-accounts.ts';
import { createAuthPool } from '../auth/auth-pool.ts';
import { CREDENTIAL_LIMIT } from '../auth/endpoints.ts';
import { createWebMetrics } from './metrics-registry.ts';
import { setWebMetrics } from './metrics.ts';

const PASSWORD = 'Correct7horse';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await createTestAccounts();
});
afterAll(() => accounts.end());

/** Creates the metrics over the accounts' database, and returns a function that reads them. */
function setUp(): () => Promise<string> {
  const pool = createAuthPool(accounts.database.auth);
  onTestFinished(() => pool.end());
  const metrics = createWebMetrics(pool);
  setWebMetrics(metrics);
  return () => metrics.registry.metrics();
}

// covers: SEE-02
test('sign-ups and sign-ins are counted by outcome, never with an address', async () => {
  const read = setUp();
  const visitor = accounts.visitor('198.51.100.1');
  const credentials = { email: 'ada@example.com', password: PASSWORD };
  await visitor.request('POST', '/sign-up/email', credentials);
  await visitor.request('POST', '/sign-in/email', credentials);
  await visitor.request('POST', '/sign-in/email', { ...credentials, password: 'Wrong7horse' });
  const text = await read();
  for (const labels of ['kind="SIGN_UP",outcome="SUCCEEDED"', 'kind="SIGN_IN",outcome="SUCCEEDED"'])
    expect(text).toContain(`fieldgate_web_account_events_total{${labels}} 1`);
  expect(text).toContain('fieldgate_web_account_events_total{kind="SIGN_IN",outcome="FAILED"} 1');
  expect(text).not.toContain('ada');
});

// covers: SEE-02
test('requests above the limits of a network and of an account are counted', async () => {
  const read = setUp();
  const body = { email: 'nobody@example.com', password: 'Wrong7horse' };
  for (let count = 0; count < 12; count++)
    await accounts.visitor(`203.0.113.${count}`).request('POST', '/sign-in/email', body);
  const visitor = accounts.visitor('198.51.100.2');
  await Promise.all(
    Array.from({ length: CREDENTIAL_LIMIT + 1 }, () => visitor.request('POST', '/sign-in/email', { email: 'x' })),
  );
  const text = await read();
  expect(text).toContain('fieldgate_web_limited_total{limit="account"} 2');
  expect(text).toMatch(/^fieldgate_web_limited_total\{limit="network"\} [1-9]/m);
});

// covers: SEE-02
test('the outbox is counted when the metrics are read, and has no sample without a database', async () => {
  const read = setUp();
  const client = new Client({ connectionString: accounts.database.superuser });
  await client.connect();
  await client.query(`delete from auth.mail_outbox;
    insert into auth.mail_outbox (kind, address, created_at, failed_at) values
      ('RESET_PASSWORD', 'a@example.com', now() - interval '1 hour', null),
      ('RESET_PASSWORD', 'b@example.com', now(), null),
      ('RESET_PASSWORD', 'c@example.com', now() - interval '2 hours', now())`);
  await client.end();
  const text = await read();
  expect(text).toMatch(/^fieldgate_web_mail_waiting 2$/m);
  expect(text).toMatch(/^fieldgate_web_mail_failed 1$/m);
  expect(Number(/^fieldgate_web_mail_oldest_seconds (.+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(3_600);

  const { registry } = createWebMetrics({ query: () => Promise.reject(new Error('away')) });
  const without = await registry.metrics();
  expect(without).toContain('# TYPE fieldgate_web_mail_waiting gauge');
  expect(without).not.toMatch(/^fieldgate_web_mail/m);
});

// covers: SEE-02
test('requests are counted by status, and their duration by kind of path', async () => {
  const metrics = createWebMetrics({ query: () => Promise.reject(new Error('away')) });
  metrics.answered('/tasks', 200, 12);
  metrics.answered('/*', 404, 1);
  metrics.answered('/_next/static/', 200, 1);
  metrics.answered('/api/auth/sign-in/email', 401, 80);
  metrics.answered('/healthz', 200, 1);
  metrics.answered('/tasks', null, 1);
  const text = await metrics.registry.metrics();
  expect(text).toContain('fieldgate_web_requests_total{status="200"} 3');
  expect(text).toContain('fieldgate_web_requests_total{status="none"} 1');
  const counts = { page: 3, static: 1, account: 1, health: 1 };
  for (const [kind, count] of Object.entries(counts))
    expect(text).toContain(`fieldgate_web_request_duration_seconds_count{kind="${kind}"} ${count}`);
});
