import { expect, onTestFinished, test } from 'vitest';
import { createInstallation, READY_LINE, startFieldgate } from '../support/fieldgate-process.ts';
import { linkIn, startMailServer } from '../support/mail-server.ts';

const PASSWORD = 'Correct7horse';
const NEW_PASSWORD = 'Battery9staple';

// covers: FR-025.2, MAIL-03, MAIL-06
test('a password is reset by mail over STARTTLS, and the output of the run has no link, address, password or cookie', async () => {
  const server = await startMailServer({ authOptional: false });
  onTestFinished(() => server.close());
  const installation = await createInstallation();
  const fieldgate = startFieldgate({
    ...installation.settings,
    SMTP_URL: `smtp://fieldgate:mail-password@localhost:${server.port}`,
    NODE_EXTRA_CA_CERTS: server.certificateFile,
  });
  await fieldgate.waitForOutput(READY_LINE);
  const post = (path: string, body: object) =>
    fetch(`${installation.webUrl}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: installation.webUrl },
      body: JSON.stringify(body),
    });
  const mailWith = async (subject: string, work: () => Promise<Response>) => {
    expect((await work()).status).toBe(200);
    const find = () =>
      server.received.find(({ to, message }) => to.includes(email) && message.includes(`Subject: ${subject}`));
    while (find() === undefined) await server.nextMail();
    return find()?.message ?? '';
  };

  const email = 'start-mail@example.com';
  const secrets = [email, PASSWORD, NEW_PASSWORD, 'mail-password'];
  const verification = await mailWith('Confirm your e-mail address', async () => {
    const response = await post('/sign-up/email', { email, password: PASSWORD });
    for (const cookie of response.headers.getSetCookie()) secrets.push(/=([^;.]+)/.exec(cookie)?.[1] ?? 'no cookie');
    return response;
  });
  secrets.push(linkIn(verification).hash.slice(1));
  const reset = await mailWith('Set a new password', () => post('/request-password-reset', { email }));
  const token = linkIn(reset).hash.slice(1);
  secrets.push(token);
  expect(linkIn(reset).origin).toBe(installation.webUrl);
  await mailWith('Your password was changed', () => post('/reset-password', { token, newPassword: NEW_PASSWORD }));
  expect((await post('/sign-in/email', { email, password: NEW_PASSWORD })).status).toBe(200);
  expect(server.received.every(({ secure, user }) => secure && user === 'fieldgate')).toBe(true);
  expect(fieldgate.output()).toContain('a mail was sent');
  for (const secret of secrets) expect(fieldgate.output()).not.toContain(secret);
}, 120_000);

// covers: MAIL-07
test('on a public origin without a mail server, the start says that mail is off, and the page says so too', async () => {
  const installation = await createInstallation();
  const fieldgate = startFieldgate({ ...installation.settings, WEB_URL: 'https://tasks.example' });
  await fieldgate.waitForOutput(READY_LINE);
  expect(fieldgate.output().split('mail is off: ')).toHaveLength(2);
  const page = await fetch(`${installation.webUrl}/forgot-password`);
  expect(await page.text()).toContain('This site sends no mail');
}, 120_000);
