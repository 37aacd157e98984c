import type { Client } from '../measure/client.ts';

const PASSWORD = 'Correct7horse';

/** A user with an account and a session. */
export interface Person {
  readonly email: string;
  readonly password: string;
  /** The session's cookie, as a header. */
  readonly cookie: string;
  readonly token: string;
}

/**
 * Signs a user up.
 * @throws {Error} when that is refused
 */
export async function signUp(client: Client, webUrl: string, name: string): Promise<Person> {
  return authenticate(client, webUrl, 'sign-up', `${name}@example.com`, PASSWORD, '198.19.255.1');
}

/**
 * Signs a user in once more, which gives another session and another token.
 * @param index a number for the address that it comes from: limits by address are not what is measured
 * @throws {Error} when that is refused
 */
export async function signIn(client: Client, webUrl: string, person: Person, index: number): Promise<Person> {
  return authenticate(client, webUrl, 'sign-in', person.email, person.password, `198.19.254.${index % 250}`);
}

async function authenticate(
  client: Client,
  webUrl: string,
  how: 'sign-up' | 'sign-in',
  email: string,
  password: string,
  address: string,
): Promise<Person> {
  const { status, headers, text } = await client.send({
    method: 'POST',
    url: `${webUrl}/api/auth/${how}/email`,
    headers: { origin: webUrl, 'x-forwarded-for': address },
    body: { email, password },
  });
  if (status !== 200) throw new Error(`The ${how} was answered with ${status} ${text}`);
  const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');
  const { accessToken } = JSON.parse(text) as { accessToken: string };
  return { email, password, cookie, token: accessToken };
}
