import type { Pool } from 'pg';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type MailServer, linkIn, startMailServer } from '../../test/support/mail-server.ts';
import { createTestAccounts, type TestAccounts } from '../../test/support/test-accounts.ts';
import { type Superuser, connectSuperuser } from '../../test/support/superuser.ts';
import { createAuthPool } from '../auth/auth-pool.ts';
import { startMail } from '../auth/auth-services.ts';
import { log } from '../log.ts';
import { createMailQueue } from './mail-queue.ts';
import type { Mail } from './mail-transport.ts';
import { type QueuedMail, sendNextMail, startMailWorker } from './mail-worker.ts';

let accounts: TestAccounts;
let superuser: Superuser;
let pool: Pool;
const logged: unknown[] = [];
const spies: { mockRestore(): void }[] = [];

beforeAll(async () => {
  accounts = await createTestAccounts();
  superuser = await connectSuperuser(accounts.database.superuser);
  pool = createAuthPool(accounts.database.auth);
});
afterAll(async () => {
  await pool.end();
  await superuser.end();
  await accounts.end();
});
beforeEach(async () => {
  await superuser.rows('delete from auth.mail_outbox');
  logged.length = 0;
  for (const level of ['info', 'warn', 'error'] as const)
    spies.push(vi.spyOn(log, level).mockImplementation((...line: unknown[]) => void logged.push(line)));
});
afterEach(() => {
  for (const spy of spies.splice(0)) spy.mockRestore();
});

const queue = () => createMailQueue(pool, 'smtp');
const outbox = () =>
  superuser.rows(
    `select kind, attempts, last_error, failed_at is not null as failed,
       round(extract(epoch from next_attempt_at - now()) / 60) as minutes
     from auth.mail_outbox order by created_at`,
  );
const makeDue = () => superuser.rows('update auth.mail_outbox set next_attempt_at = now()');
const compose = async ({ id, address }: QueuedMail): Promise<Mail> => ({
  id,
  to: address ?? '',
  subject: 'A subject',
  text: 'A text',
  html: '<p>A text</p>',
});

async function drain(deliver: (mail: Mail) => Promise<void>): Promise<number> {
  let count = 0;
  while (await sendNextMail({ database: pool, compose, deliver })) count += 1;
  return count;
}

async function serve(options?: SMTPServerOptions, port?: number): Promise<MailServer> {
  const server = await startMailServer(options, port);
  onTestFinished(() => server.close());
  return server;
}

/** Starts the worker as serve.ts does, with the mail server’s certificate. */
async function work(server: Pick<MailServer, 'port' | 'certificate'>): Promise<void> {
  const config = { ...accounts.config, SMTP_URL: `smtp://fieldgate:mail-password@localhost:${server.port}` };
  const stop = await startMail(config, pool, { tls: { ca: server.certificate } }, { interval: 5 });
  onTestFinished(stop);
}

describe('over SMTP', () => {
  test('a password is reset by a mail that the worker sends over STARTTLS with AUTH', async () => {
    const server = await serve({ authOptional: false });
    const visitor = accounts.visitor();
    const email = 'smtp@example.com';
    await visitor.request('POST', '/sign-up/email', { email, password: 'Correct7horse' });
    await superuser.rows('delete from auth.mail_outbox');
    await work(server);
    const arrived = server.nextMail();
    await visitor.request('POST', '/request-password-reset', { email });
    const mail = await arrived;
    expect(mail).toMatchObject({ to: [email], secure: true, user: 'fieldgate' });
    const link = linkIn(mail.message);
    expect(link.origin + link.pathname).toBe('http://localhost:3000/reset-password');
    const token = link.hash.slice(1);
    const response = await visitor.request('POST', '/reset-password', { token, newPassword: 'Battery9staple' });
    expect(response.status).toBe(200);
    expect(JSON.stringify(logged)).toContain('a mail was sent');
    for (const secret of [token, email, 'mail-password']) expect(JSON.stringify(logged)).not.toContain(secret);
  });

  // covers: MAIL-06
  test('a mail that a server refused for a while is sent later', async () => {
    let isAway = true;
    const refused = new Promise<void>((resolve) => {
      onTestFinished(() => resolve());
      options.onMailFrom = (_address, _session, callback) => {
        if (!isAway) return callback();
        callback(Object.assign(new Error('Try later'), { responseCode: 451 }));
        resolve();
      };
    });
    const server = await serve(options);
    await accounts
      .visitor()
      .request('POST', '/sign-up/email', { email: 'later@example.com', password: 'Correct7horse' });
    await work(server);
    await refused;
    await vi.waitFor(async () =>
      expect(await outbox()).toMatchObject([
        { kind: 'VERIFY_EMAIL', attempts: 1, last_error: 'EENVELOPE 451', failed: false },
      ]),
    );
    expect(await outbox()).toMatchObject([{ minutes: '2' }]);
    isAway = false;
    const arrived = server.nextMail();
    await makeDue();
    expect((await arrived).to).toEqual(['later@example.com']);
  });
  const options: SMTPServerOptions = {};

  test('a recipient whom the server refuses gets no second attempt', async () => {
    const server = await serve({
      onRcptTo: (_address, _session, callback) =>
        callback(Object.assign(new Error('No such mailbox'), { responseCode: 550 })),
    });
    await accounts
      .visitor()
      .request('POST', '/sign-up/email', { email: 'gone@example.com', password: 'Correct7horse' });
    await work(server);
    await vi.waitFor(async () =>
      expect(await outbox()).toMatchObject([{ attempts: 1, failed: true, last_error: 'EENVELOPE 550' }]),
    );
    expect(JSON.stringify(logged)).toContain('a mail was given up');
    expect(JSON.stringify(logged)).not.toContain('gone@example.com');
  });
});

// covers: MAIL-06
test('a mail waits for a server that is away: 2, 4, 8 minutes and so on, at most an hour', async () => {
  await queue().add('RESET_PASSWORD', { address: 'a@example.com' });
  const away = () =>
    Promise.reject(Object.assign(new Error('connect ECONNREFUSED a@example.com'), { code: 'ESOCKET' }));
  const waits: unknown[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    expect(await drain(away)).toBe(1);
    waits.push((await outbox())[0]?.['minutes']);
    await makeDue();
  }
  expect(waits).toEqual(['2', '4', '8', '16', '32', '60', '60']);
  expect(JSON.stringify(logged)).not.toContain('a@example.com');
  expect(JSON.stringify(await outbox())).not.toContain('connect');
});

test('a wrong password for the mail server gives up no mail', async () => {
  await queue().add('RESET_PASSWORD', { address: 'a@example.com' });
  const error = { code: 'EAUTH', responseCode: 535, permanent: true, command: 'AUTH PLAIN' };
  await drain(() => Promise.reject(Object.assign(new Error('no'), error)));
  expect(await outbox()).toMatchObject([{ failed: false, last_error: 'EAUTH 535' }]);
});

test('a mail that is older than a day is given up without an attempt', async () => {
  await queue().add('RESET_PASSWORD', { address: 'a@example.com' });
  await superuser.rows(`update auth.mail_outbox set created_at = now() - interval '25 hours'`);
  const deliver = vi.fn<(mail: Mail) => Promise<void>>();
  await drain(deliver);
  expect(deliver).not.toHaveBeenCalled();
  expect(await outbox()).toMatchObject([{ failed: true, last_error: 'TOO_OLD' }]);
  await makeDue();
  expect(await drain(deliver)).toBe(0);
});

// covers: MAIL-06
test('twelve workers of three processes send each of 200 mails once', async () => {
  for (let count = 0; count < 200; count += 1) await queue().add('RESET_PASSWORD', { address: `${count}@example.com` });
  const sent: string[] = [];
  const everyMail = new Promise<void>((resolve) => {
    const deliver = async ({ to }: Mail) => {
      sent.push(to);
      if (sent.length === 200) resolve();
    };
    for (let process = 0; process < 3; process += 1)
      onTestFinished(startMailWorker({ database: pool, compose, deliver }, { interval: 5 }));
  });
  await everyMail;
  await vi.waitFor(async () => expect(await outbox()).toEqual([]));
  expect(new Set(sent).size).toBe(200);
  expect(sent).toHaveLength(200);
});

/** Longer than the test: the worker polls once. */
const ONE_POLL = { interval: 3_600_000 };

test('a worker polls an empty outbox with one statement at a time', async () => {
  const query = vi.fn(async () => ({ rows: [] }));
  const stop = startMailWorker({ database: { query } as unknown as Pool, compose, deliver: async () => {} }, ONE_POLL);
  await stop();
  expect(query).toHaveBeenCalledTimes(1);
});

test('a worker that finds mails sends four at a time', async () => {
  for (let index = 0; index < 5; index += 1) await queue().add('RESET_PASSWORD', { address: `${index}@example.com` });
  let release = () => {};
  const released = new Promise<void>((resolve) => void (release = resolve));
  const sent: string[] = [];
  const deliver = async ({ to }: Mail) => {
    sent.push(to);
    await released;
  };
  onTestFinished(startMailWorker({ database: pool, compose, deliver }, ONE_POLL));
  await vi.waitFor(() => expect(sent).toHaveLength(4));
  release();
  await vi.waitFor(async () => expect(await outbox()).toEqual([]));
  expect(sent).toHaveLength(5);
});

test('a mail that is queued while another one is being sent is sent at the next poll', async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => void (release = resolve));
  const sent: string[] = [];
  const deliver = async ({ to }: Mail) => {
    sent.push(to);
    if (to === 'slow@example.com') await released;
  };
  await queue().add('RESET_PASSWORD', { address: 'slow@example.com' });
  onTestFinished(startMailWorker({ database: pool, compose, deliver }, { interval: 5 }));
  onTestFinished(() => release());
  await vi.waitFor(() => expect(sent).toEqual(['slow@example.com']));
  await queue().add('RESET_PASSWORD', { address: 'quick@example.com' });
  await vi.waitFor(() => expect(sent).toEqual(['slow@example.com', 'quick@example.com']));
});

test('a mail whose process ended during an attempt is sent again after the attempt’s time', async () => {
  await queue().add('RESET_PASSWORD', { address: 'a@example.com' });
  let release = () => {};
  const hanging = sendNextMail({
    database: pool,
    compose,
    deliver: () => new Promise((resolve) => void (release = resolve)),
  });
  const sent: string[] = [];
  const deliver = async ({ to }: Mail) => void sent.push(to);
  await vi.waitFor(async () => expect(await outbox()).toMatchObject([{ attempts: 1 }]));
  expect(await drain(deliver)).toBe(0);
  await makeDue();
  expect(await drain(deliver)).toBe(1);
  expect(sent).toEqual(['a@example.com']);
  release();
  await hanging;
});

test('five requests for one mail while the server is away become one mail', async () => {
  for (let count = 0; count < 5; count += 1) await queue().add('RESET_PASSWORD', { address: 'a@example.com' });
  await queue().add('RESET_PASSWORD', { address: 'b@example.com' });
  const sent: string[] = [];
  await drain(async ({ to }) => void sent.push(to));
  expect(sent.toSorted()).toEqual(['a@example.com', 'b@example.com']);
  expect(await outbox()).toEqual([]);
});

test('a worker goes on after a failure of the database', async () => {
  let failures = 2;
  const database = {
    query: (...args: unknown[]) => {
      if (failures > 0) {
        failures -= 1;
        return Promise.reject(new Error('unavailable'));
      }
      return (pool.query as (...values: unknown[]) => unknown).apply(pool, args);
    },
  } as unknown as Pick<Pool, 'query'>;
  await queue().add('RESET_PASSWORD', { address: 'a@example.com' });
  await new Promise<void>((resolve) => {
    const deliver = async () => resolve();
    onTestFinished(startMailWorker({ database, compose, deliver }, { interval: 5, concurrency: 1 }));
  });
  expect(failures).toBe(0);
});

test('a queue of an installation without mail stores nothing', async () => {
  const off = createMailQueue(pool, 'off');
  await off.add('RESET_PASSWORD', { address: 'a@example.com' });
  await off.queueMail('NEW_DEVICE', crypto.randomUUID());
  expect([off.enabled, await outbox()]).toEqual([false, []]);
});
