import { connectLoad, type Exchange } from '../measure/load.ts';
import type { Person } from '../stand/seed.ts';
import type { Server } from '../stand/server.ts';
import { accessToken } from '../stand/token.ts';
import { requestOf, WORK, type WorkName } from './work.ts';

/**
 * Everybody's request of each kind, with the API's answer: what all servers have to answer from then on.
 * @param secrets the setting TOKEN_SECRETS
 * @throws {Error} when the API's answer is not of the kind that it should be
 */
export async function collectExchanges(
  api: Server,
  people: readonly Person[],
  secrets: string,
): Promise<Readonly<Record<WorkName, Exchange[]>>> {
  const found: Record<WorkName, Exchange[]> = { list: [], webList: [], byId: [], foreign: [], anonymous: [] };
  const load = await connectLoad(api.port, 1);
  try {
    for (const [index, person] of people.entries()) {
      const other = people[(index + 1) % people.length] as Person;
      const token = accessToken(person.id, secrets);
      for (const name of Object.keys(found) as WorkName[]) {
        const work = WORK[name];
        const request = requestOf(work, work.isSignedIn ? token : null, work.variables(person, other));
        const { status, body } = await load.ask(request);
        const text = body.toString();
        if (status !== work.status || !work.isRight(JSON.parse(text), person))
          throw new Error(`"${work.title}" was answered ${status} ${text}`);
        found[name].push({ request, status, body: Buffer.from(body) });
      }
    }
  } finally {
    load.close();
  }
  return found;
}
