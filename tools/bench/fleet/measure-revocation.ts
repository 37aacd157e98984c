import type { BenchmarkContext } from '../benchmark.ts';
import { createClient } from '../measure/client.ts';
import { signIn, type SignedInUser } from '../soak/user.ts';
import type { Fleet } from './start-fleet.ts';

export const TRIALS = 100;
/** A token accepted this long after its session ended is an error, in milliseconds. */
const TIMEOUT = 5_000;

/** Milliseconds until every API process had refused the token: since the sign-out was sent, and since it was answered. */
export interface SignOutTrial {
  readonly sinceSent: number;
  readonly sinceAnswered: number;
}

/** Signs out through the balancer, while each API process is asked with the session's token. */
export async function measureRevocation(
  { balancer, apis }: Fleet,
  user: SignedInUser,
  { log, signal }: BenchmarkContext,
): Promise<SignOutTrial[]> {
  log(`Ending ${TRIALS} sessions`);
  const direct = createClient(apis.length);
  const trials: SignOutTrial[] = [];
  try {
    for (let index = 0; index < TRIALS; index += 1) {
      signal.throwIfAborted();
      // An address for each trial: limits by address are not measured here. Linux has all of 127.0.0.0/8.
      const browser = createClient(1, true, { ...balancer.tls, localAddress: `127.1.0.${index + 1}` });
      try {
        const session = await signIn(browser, balancer.webUrl, user, index);
        trials.push(await runTrial(session));
      } finally {
        browser.close();
      }

      async function runTrial({ cookie, token }: SignedInUser): Promise<SignOutTrial> {
        for (const { port } of apis)
          if ((await ask(port, token)) !== 200) throw new Error('A token was rejected before its session ended.');
        const sentAt = performance.now();
        const refused = apis.map(async ({ port }) => {
          while ((await ask(port, token)) !== 401)
            if (performance.now() - sentAt > TIMEOUT) throw new Error(`A token was accepted ${TIMEOUT} ms too long.`);
          return performance.now();
        });
        const { status } = await browser.send({
          method: 'POST',
          url: `${balancer.webUrl}/api/auth/sign-out`,
          headers: { origin: balancer.webUrl, cookie },
          body: {},
        });
        const answeredAt = performance.now();
        if (status !== 200) throw new Error(`The sign-out got status ${status}.`);
        const last = Math.max(...(await Promise.all(refused)));
        return { sinceSent: last - sentAt, sinceAnswered: Math.max(0, last - answeredAt) };
      }
    }
    return trials;
  } finally {
    direct.close();
  }

  async function ask(port: number, token: string): Promise<number> {
    const { status } = await direct.send({
      method: 'POST',
      url: `http://127.0.0.1:${port}/graphql`,
      headers: { authorization: `Bearer ${token}` },
      body: { query: '{ status { ok } }' },
    });
    return status;
  }
}
