import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { linkIn, type MailServer, startMailServer, textOf } from '../../test/support/mail-server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { log } from '../log.ts';
import { createMailTransport, type DeliverMail, type TransportOptions } from './mail-transport.ts';

const LINK = `http://localhost:3000/reset-password#${'a1'.repeat(16)}`;
const MAIL = { id: '7', to: 'ada@example.com', subject: 'A subject', text: `Open:\n${LINK}\n`, html: `<p>${LINK}</p>` };
const SETTINGS = {
  WEB_URL: 'http://localhost:3000',
  API_URL: 'http://localhost:4000',
  WEB_HOST: '127.0.0.1',
  API_HOST: '127.0.0.1',
  DATA_DIR: '.data',
};

async function serve(options?: SMTPServerOptions): Promise<MailServer> {
  const server = await startMailServer(options);
  onTestFinished(() => server.close());
  return server;
}

function transport(SMTP_URL: string, options?: TransportOptions, settings = {}): DeliverMail {
  const deliver = createMailTransport({ ...SETTINGS, SMTP_URL, ...settings }, options);
  if (deliver === null) throw new Error('Expected a transport.');
  return deliver;
}

test('a mail is delivered over STARTTLS with AUTH, as plain text and HTML', async () => {
  const server = await serve({ authOptional: false });
  await transport(`smtp://fieldgate:mail-password@localhost:${server.port}`, { tls: { ca: server.certificate } })(MAIL);
  const [mail] = server.received;
  expect(mail).toMatchObject({ from: 'no-reply@localhost', to: [MAIL.to], secure: true, user: 'fieldgate' });
  expect(linkIn(mail?.message ?? '').href).toBe(LINK);
  expect(mail?.message).toMatch(/^From: Fieldgate <no-reply@localhost>\r$/m);
  expect(mail?.message).toMatch(/^Subject: A subject\r$/m);
  expect(mail?.message).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(mail?.message).toContain('multipart/alternative');
});

test('a mail is delivered over smtps', async () => {
  const server = await serve({ secure: true });
  await transport(`smtps://localhost:${server.port}`, { tls: { ca: server.certificate } })(MAIL);
  expect(server.received).toMatchObject([{ secure: true }]);
});

test('MAIL_FROM is the sender', async () => {
  const server = await serve({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
  await transport(`smtp://localhost:${server.port}`, {}, { MAIL_FROM: 'tasks@example.com' })(MAIL);
  expect(server.received).toMatchObject([{ from: 'tasks@example.com' }]);
});

// covers: MAIL-06
test('a server with a certificate that is not trusted gets no mail and no password', async () => {
  const onAuth = vi.fn<NonNullable<SMTPServerOptions['onAuth']>>();
  for (const secure of [false, true]) {
    const server = await serve({ secure, onAuth });
    const scheme = secure ? 'smtps' : 'smtp';
    await expect(transport(`${scheme}://fieldgate:mail-password@localhost:${server.port}`)(MAIL)).rejects.toThrow(
      /certificate/,
    );
    expect(server.received).toEqual([]);
  }
  expect(onAuth).not.toHaveBeenCalled();
});

// covers: MAIL-06
test('a server of another machine that offers no STARTTLS gets no mail and no password', async () => {
  // All of 127.0.0.0/8 is loopback, but only 127.0.0.1 and localhost count as this machine.
  const other = await startOn('127.0.0.2');
  await expect(transport(`smtp://fieldgate:mail-password@127.0.0.2:${other.port}`)(MAIL)).rejects.toMatchObject({
    code: 'ETLS',
  });
  expect(other.lines.join('')).not.toMatch(/AUTH|MAIL FROM/);
});

/** Starts a server without STARTTLS that keeps what it was sent. */
async function startOn(host: string): Promise<{ readonly port: number; readonly lines: string[] }> {
  const lines: string[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail.example ESMTP\r\n');
    socket.on('data', (chunk) => {
      lines.push(chunk.toString());
      socket.write(chunk.toString().startsWith('EHLO') ? '250-mail.example\r\n250 AUTH PLAIN\r\n' : '502 no\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as net.AddressInfo).port, lines };
}

test('a wrong password is an error that says so, and is not permanent for the mail', async () => {
  const server = await serve({ authOptional: false });
  await expect(
    transport(`smtp://fieldgate:wrong@localhost:${server.port}`, { tls: { ca: server.certificate } })(MAIL),
  ).rejects.toMatchObject({ code: 'EAUTH', command: expect.stringMatching(/^AUTH/) });
});

test('a refused recipient is a permanent error of RCPT TO', async () => {
  const server = await serve({
    onRcptTo: (_address, _session, callback) =>
      callback(Object.assign(new Error('No such mailbox'), { responseCode: 550 })),
  });
  await expect(
    transport(`smtp://localhost:${server.port}`, { tls: { ca: server.certificate } })(MAIL),
  ).rejects.toMatchObject({ code: 'EENVELOPE', responseCode: 550, permanent: true, command: 'RCPT TO' });
});

test('a server that is away, one that does not greet, and one that goes on for ever end an attempt', async () => {
  await expect(transport('smtp://localhost:1')(MAIL)).rejects.toMatchObject({ code: 'ESOCKET' });
  const silent = await startSilent();
  await expect(transport(`smtp://localhost:${silent}`, { connectTimeout: 50 })(MAIL)).rejects.toMatchObject({
    code: 'ETIMEDOUT',
  });
  await expect(
    transport(`smtp://localhost:${silent}`, { connectTimeout: 60_000, deliveryTimeout: 50 })(MAIL),
  ).rejects.toMatchObject({ code: 'EABORT' });
});

async function startSilent(): Promise<number> {
  const server = net.createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as net.AddressInfo).port;
}

// covers: MAIL-07
test('without a mail server a mail is a file that its user alone can read, and the log names the file only', async () => {
  const DATA_DIR = temporaryFolder();
  const info = vi.spyOn(log, 'info').mockImplementation(() => {});
  onTestFinished(() => info.mockRestore());
  const deliver = createMailTransport({ ...SETTINGS, DATA_DIR });
  await deliver?.(MAIL);
  const folder = path.join(DATA_DIR, 'mail');
  const [name = ''] = fs.readdirSync(folder);
  const file = path.join(folder, name);
  expect([fs.statSync(folder).mode & 0o777, fs.statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  const message = fs.readFileSync(file, 'utf8');
  expect(message).toContain('To: ada@example.com');
  expect(textOf(message)).toContain(LINK);
  expect(info.mock.calls).toEqual([[{ event: 'mail', file }, 'a mail was written to a file']]);
});

test('there is no transport if mail is off', () => {
  expect(createMailTransport({ ...SETTINGS, WEB_URL: 'https://tasks.example' })).toBeNull();
});
