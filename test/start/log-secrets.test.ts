import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createInstallation, kill, READY_LINE, startFieldgate } from '../support/fieldgate-process.ts';
import { secretsIn, secretsOf } from '../support/log-secrets.ts';

const marker = () => randomBytes(12).toString('hex');

// covers: ACCOUNT-41, FR-025.2
test('the log of a whole run has no password, token, cookie, link or secret, and one line with its id for each request', async () => {
  const installation = await createInstallation();
  const { webUrl, apiUrl, dataDir } = installation;
  const secrets = {
    'a password': `Correct7-${marker()}`,
    'a wrong password': `Wrong7-${marker()}`,
    'an e-mail address': `${marker()}@example.com`,
    'a value of a query': marker(),
    'a value of a path': `A${marker()}`,
    'a value of a body': marker(),
    'a forged cookie': marker(),
    'a forged token': `${marker()}.${marker()}.${marker()}`,
    'the secret of a provider': marker(),
    'the name of another origin': marker(),
  };
  const run = startFieldgate({
    ...installation.settings,
    OAUTH_ACME_CLIENT_ID: 'acme',
    OAUTH_ACME_CLIENT_SECRET: secrets['the secret of a provider'],
    OAUTH_ACME_ISSUER: 'http://127.0.0.1:1',
  });
  await run.waitForOutput(READY_LINE);

  const answered: (string | null)[] = [];
  const post = async (url: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: webUrl, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    answered.push(response.headers.get('x-request-id'));
    return response;
  };
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${webUrl}${path}`, { headers, redirect: 'manual' });
    await response.arrayBuffer();
    answered.push(response.headers.get('x-request-id'));
  };
  const auth = `${webUrl}/api/auth`;
  const credentials = { email: secrets['an e-mail address'], password: secrets['a password'] };
  const signedUp = await post(`${auth}/sign-up/email`, credentials);
  const cookie = signedUp.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0] ?? '')
    .join('; ');
  const { accessToken, token } = (await signedUp.json()) as { accessToken: string; token: string };
  expect([signedUp.status, cookie, accessToken]).toEqual([200, expect.stringContaining('='), expect.any(String)]);

  await post(`${auth}/sign-in/email`, { ...credentials, password: secrets['a wrong password'] });
  await post(`${auth}/sign-in/email`, `{"email": "${secrets['a value of a body']}`);
  await post(`${auth}/sign-out`, {}, { cookie, origin: `https://${secrets['the name of another origin']}.example` });
  await post(`${auth}/sign-in/social`, {
    provider: 'acme',
    callbackURL: `https://${secrets['a value of a body']}.example`,
  });
  await post(`${auth}/sign-in/social`, { provider: 'acme' });
  await get('/api/auth/access-token', { cookie });
  await get('/api/auth/access-token', { cookie: `fieldgate.session_token=${secrets['a forged cookie']}` });
  await get(`/api/auth/callback/acme?code=${secrets['a value of a query']}&state=${secrets['a value of a query']}`);
  await get(`/api/auth/verify-email?token=${secrets['a value of a query']}`);
  await get(`/api/auth/reset-password/${secrets['a value of a path']}`);
  await get(`/${secrets['a value of a path']}?${secrets['a value of a query']}`);
  await get('/tasks', { cookie });
  const graphql = `${apiUrl}/graphql`;
  const query = `{ viewer { email } tasks(userId: "${secrets['a value of a body']}") { totalCount } }`;
  await post(graphql, { query: '{ viewer { email } }' }, { authorization: `Bearer ${accessToken}` });
  await post(graphql, { query }, { authorization: `Bearer ${accessToken}` });
  await post(graphql, { query }, { authorization: `Bearer ${secrets['a forged token']}` });
  await post(graphql, { query: `{ ${secrets['a value of a body']} ` }, { authorization: `Bearer ${accessToken}` });
  await post(`${auth}/sign-out`, {}, { cookie });
  kill(run.pid, 'SIGTERM');
  await run.waitForExit();

  const log = run.output();
  const known = {
    ...secrets,
    ...secretsOf(dataDir),
    'the session token': token,
    'the access token': accessToken,
    cookie,
  };
  expect(Object.keys(known).length).toBeGreaterThan(15);
  expect(secretsIn(log, known)).toEqual([]);
  const lines = log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { readonly requestId?: string; readonly msg?: string; readonly level: number });
  for (const id of answered)
    expect(
      lines.filter(({ requestId, msg }) => requestId === id && msg === 'answered'),
      String(id),
    ).toHaveLength(1);
});
