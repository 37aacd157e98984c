import { connectLoadClient, type Exchange } from '../measure/load-client.ts';
import type { SeededUser } from '../stand/seed-users.ts';
import type { ServerProcess } from '../stand/server-process.ts';
import { signAccessToken } from '../stand/bench-token.ts';
import { rawRequest, REQUEST_KINDS, type RequestKindName } from './request-kinds.ts';

/**
 * Records each user's request of each kind with the API's response, which every server must then send.
 * @param secrets the setting TOKEN_SECRETS
 * @throws {Error} when the API's response is not the expected one
 */
export async function collectExchanges(
  api: Pick<ServerProcess, 'port'>,
  users: readonly SeededUser[],
  secrets: string,
): Promise<Readonly<Record<RequestKindName, Exchange[]>>> {
  const exchanges: Record<RequestKindName, Exchange[]> = {
    list: [],
    webList: [],
    byId: [],
    foreign: [],
    anonymous: [],
  };
  const load = await connectLoadClient(api.port, 1);
  try {
    for (const [index, user] of users.entries()) {
      const other = users[(index + 1) % users.length] as SeededUser;
      const token = signAccessToken(user.id, secrets);
      for (const name of Object.keys(exchanges) as RequestKindName[]) {
        const kind = REQUEST_KINDS[name];
        const request = rawRequest(kind, kind.isSignedIn ? token : null, kind.variables(user, other));
        const { status, body } = await load.send(request);
        const text = body.toString();
        if (status !== kind.status || !kind.isExpectedBody(JSON.parse(text), user))
          throw new Error(`"${kind.title}" got status ${status} ${text}`);
        exchanges[name].push({ request, status, body: Buffer.from(body) });
      }
    }
  } finally {
    load.close();
  }
  return exchanges;
}
