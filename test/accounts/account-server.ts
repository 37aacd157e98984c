import { type IncomingHttpHeaders, type ServerResponse, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import { trustedProxies } from '../../runtime/http/client-address.ts';
import { createHttpServer } from '../../runtime/http/server.ts';
import { handleAuthRequest } from '../../web/auth/auth-gateway.ts';
import { replaceForwardedHeaders } from '../../web/http/forwarded-headers.ts';
import { rejectRequest } from '../../web/http/reject-request.ts';
import { connectSuperuser, type Superuser } from '../support/superuser.ts';
import { createTestAccounts, type TestAccounts } from '../support/test-accounts.ts';

export const PASSWORD = 'Correct7horse';
export const WRONG = 'Wrong7horse';
export const ORIGIN = 'http://localhost:3000';
const BASE_PATH = '/api/auth';

/** A response, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request as an attacker writes it: the target and the headers are sent as they are. */
export interface AccountRequest {
  readonly method?: string;
  /** Default: /api/auth/sign-in/email */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, any other value as JSON. */
  readonly body?: unknown;
}

/** An account and the cookies of the browser that created it. */
export interface Account {
  readonly email: string;
  readonly userId: string;
  readonly cookie: string;
}

/** The accounts behind the web process's HTTP server, without Next. */
export interface AccountServer {
  readonly accounts: TestAccounts;
  readonly superuser: Superuser;
  send(request: AccountRequest): Promise<Answer>;
  signUp(email?: string): Promise<Account>;
  /** Returns the keys of the network's rate limits that have counted anything. */
  countedKeys(): Promise<string[]>;
  end(): Promise<void>;
}

/** Returns an e-mail address that no account has. */
export const newEmail = () => `${randomUUID()}@example.com`;

/** Returns the cookies of a response as a request header. */
export const cookiesOf = ({ headers }: Answer): string =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');

/**
 * Starts the server: limits of the HTTP server, refusals and client addresses are those of `web/serve.ts`.
 * @param proxies TRUSTED_PROXIES; the tests connect from 127.0.0.1
 */
export async function startAccountServer(proxies: readonly string[] = []): Promise<AccountServer> {
  const accounts = await createTestAccounts();
  const superuser = await connectSuperuser(accounts.database.superuser);
  const webUrl = new URL(accounts.config.WEB_URL);
  const isTrusted = trustedProxies([...proxies]);
  const reply = async (request: Request, response: ServerResponse): Promise<void> => {
    const answer = await handleAuthRequest(request, accounts.services.gateway);
    for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
    response.setHeader('set-cookie', answer.headers.getSetCookie());
    response.writeHead(answer.status).end(await answer.text());
  };
  const { server, drain } = createHttpServer(
    (request, response) => {
      if (rejectRequest(request, response)) return;
      replaceForwardedHeaders(request.headers, request.socket.remoteAddress ?? '', { webUrl, isTrusted });
      const url = new URL(`http://${webUrl.host}${request.url ?? ''}`);
      if (!url.pathname.startsWith(`${BASE_PATH}/`)) return void response.writeHead(404).end();
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
      const { method = '' } = request;
      const body = method === 'GET' || method === 'HEAD' ? null : (request as unknown as ReadableStream);
      const init: RequestInit & { readonly duplex: 'half' } = { method, headers, body, duplex: 'half' };
      void reply(new Request(url, init), response);
    },
    { trustedProxies: [...proxies] },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const send = ({ method = 'POST', target = `${BASE_PATH}/sign-in/email`, headers = {}, body }: AccountRequest) =>
    new Promise<Answer>((resolve, reject) => {
      const json = body === undefined ? {} : { 'content-type': 'application/json' };
      const outgoing = httpRequest(
        { port, host: '127.0.0.1', method, path: target, headers: { origin: ORIGIN, ...json, ...headers } },
        (response) => {
          const { statusCode: status = 0, headers: received } = response;
          buffer(response).then((bytes) => resolve({ status, headers: received, text: bytes.toString() }), reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    });

  return {
    accounts,
    superuser,
    send,
    async signUp(email = newEmail()) {
      const answer = await send({ target: `${BASE_PATH}/sign-up/email`, body: { email, password: PASSWORD } });
      if (answer.status !== 200) throw new Error(`The sign-up got status ${answer.status}: ${answer.text}`);
      const { user } = JSON.parse(answer.text) as { user: { id: string } };
      return { email, userId: user.id, cookie: cookiesOf(answer) };
    },
    async countedKeys() {
      const counted = `select key from auth.rate_limit where key not similar to '(guess|mail) %' and count > 0 order by key`;
      return (await superuser.rows<{ key: string }>(counted)).map(({ key }) => key);
    },
    async end() {
      await drain();
      await superuser.end();
      await accounts.end();
    },
  };
}
