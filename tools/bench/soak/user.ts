import type { Client } from '../measure/client.ts';

const PASSWORD = 'Correct7horse';

/** A user with an account and a session. */
export interface SignedInUser {
  readonly email: string;
  readonly password: string;
  /** The session's cookie, as a header. */
  readonly cookie: string;
  readonly token: string;
}

/**
 * Signs a user up.
 * @throws {Error} when the web app refuses
 */
export async function signUp(client: Client, webUrl: string, name: string): Promise<SignedInUser> {
  return authenticate(client, webUrl, 'sign-up', `${name}@example.com`, PASSWORD, '198.19.255.1');
}

/**
 * Signs a user in again, for another session and token.
 * @param index selects the client address: rate limits by address are not measured here
 * @throws {Error} when the web app refuses
 */
export async function signIn(client: Client, webUrl: string, user: SignedInUser, index: number): Promise<SignedInUser> {
  return authenticate(client, webUrl, 'sign-in', user.email, user.password, `198.19.254.${index % 250}`);
}

async function authenticate(
  client: Client,
  webUrl: string,
  how: 'sign-up' | 'sign-in',
  email: string,
  password: string,
  address: string,
): Promise<SignedInUser> {
  const { status, headers, text } = await client.send({
    method: 'POST',
    url: `${webUrl}/api/auth/${how}/email`,
    headers: { origin: webUrl, 'x-forwarded-for': address },
    body: { email, password },
  });
  if (status !== 200) throw new Error(`The ${how} got status ${status} ${text}`);
  const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');
  const { accessToken } = JSON.parse(text) as { accessToken: string };
  return { email, password, cookie, token: accessToken };
}
