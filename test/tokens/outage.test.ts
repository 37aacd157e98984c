import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Api, bytes, codes, startApi } from '../api/api.ts';
import { claimsOf, NOW } from '../api/token.ts';
import { type WatchedPool, watched } from '../walls/faults.ts';
import { type Scene, scene } from '../walls/scene.ts';
import { PAIR_FORGE, publishedSet } from './forge.ts';
import { type Published, publish } from './published.ts';

const { header, mint, sign, materials } = PAIR_FORGE;
const VIEWER = '{ viewer { id } }';
let there: Scene;
let database: WatchedPool;
let published: Published;
let api: Api;
let now: number;

beforeAll(async () => {
  there = await scene();
  database = watched(there.source.pool);
});
afterAll(() => there.end());
beforeEach(async () => {
  now = NOW;
  published = await publish();
  const settings = { TOKEN_MODE: 'jwks' as const, TOKEN_SECRETS: undefined, WEB_URL: published.origin };
  const source = { mapping: there.source.mapping, pool: database.pool };
  api = await startApi(source, 'on', { settings, clock: () => now * 1_000 });
  return async () => {
    await api.close();
    await published.close();
  };
});

const good = () => mint(there.bob);
/** Bad under every key: it has no claims but one. */
const junk = (kid: string) => sign({ ...header, kid }, { user_id: there.bob });
/** Good, if a key of this id is listed that has signed it. */
const of = (kid: string) => sign({ ...header, kid }, claimsOf(there.bob));
const ask = (token: string) => api.ask(VIEWER, { token });

describe('while the web app does not publish its keys', () => {
  const OUTAGES: Record<string, () => Promise<void> | void> = {
    'nobody listens': () => published.close(),
    'it answers 503': () => void (published.answer = (_, response) => response.writeHead(503).end()),
    'it answers with a page': () => void (published.answer = (_, response) => response.end('<html>')),
    'it leads elsewhere': () =>
      void (published.answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()),
    'it hangs up': () => void (published.answer = ({ socket }) => socket.destroy()),
  };

  test.each(Object.entries(OUTAGES))('because %s, keys seen before serve on', async (_, begin) => {
    expect((await ask(good())).status).toBe(200);
    await begin();
    for (now = NOW + 31; now < NOW + 600; now += 61) expect((await ask(good())).status, `at ${now}`).toBe(200);
  });

  test.each(Object.entries(OUTAGES))(
    'because %s, a key never seen is 503 and not 401: nobody is signed out by it',
    async (_, begin) => {
      await begin();
      database.statements.length = 0;
      const answer = await ask(good());
      expect([answer.status, codes(answer)]).toEqual([503, ['UNAVAILABLE']]);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(answer.body).not.toHaveProperty('data');
      expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|jwks|key/i);
      expect(database.statements).toEqual([]);
    },
  );

  test('what is bad whatever its key is 401 all the same', async () => {
    const malformed = bytes(await ask('x'));
    await published.close();
    expect(bytes(await ask('x'))).toBe(malformed);
    expect((await ask(sign({ ...header, alg: 'none' }, {}))).status).toBe(401);
  });

  test('it is in the log, without a token', async () => {
    await published.close();
    await ask(good());
    expect(api.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'the token keys could not be loaded' }));
    expect(JSON.stringify(api.log)).not.toContain(good().split('.')[2]);
  });

  test('and when it does again, so are its tokens good', async () => {
    published.answer = (_, response) => response.writeHead(500).end();
    expect((await ask(good())).status).toBe(503);
    published.answer = (_, response) => response.end(publishedSet());
    now += 5;
    expect((await ask(good())).status).toBe(200);
  });
});

describe('while it does', () => {
  test('five hundred invented key ids within a minute cost two questions, and good tokens are served meanwhile', async () => {
    for (let count = 0; count < 50; count++) {
      now = NOW + count;
      const invented = Array.from({ length: 10 }, (_, index) => ask(junk(`invented-${count}-${index}`)));
      expect((await ask(good())).status).toBe(200);
      for (const { status } of await Promise.all(invented)) expect(status).toBe(401);
    }
    expect(published.asked).toHaveLength(2);
  });

  test('a key that is not published any more is refused within 60 s, though its token was good a moment ago', async () => {
    expect((await ask(good())).status).toBe(200);
    published.answer = (_, response) => response.end(publishedSet(materials.slice(1)));
    now += 59;
    expect(bytes(await ask(good()))).toBe(bytes(await ask('x')));
    now += 1;
    expect((await ask(good())).status).not.toBe(200);
  });

  test.each([
    ['again', () => header.kid],
    ['anew', () => 'new'],
  ])(
    'a key that is published %s after the two questions of the minute is 503, with the time of the next, and then 200',
    async (_, kidOf) => {
      const [current, previous] = materials;
      const named = { kid: kidOf(), material: current?.material ?? '' };
      published.answer = (__, response) => response.end(publishedSet(materials));
      expect((await ask(good())).status).toBe(200);
      published.answer = (__, response) => response.end(publishedSet(previous ? [previous] : []));
      now += 31;
      for (const kid of ['invented', named.kid]) expect((await ask(of(kid))).status).toBe(401);
      published.answer = (__, response) => response.end(publishedSet([named]));
      for (const wait of [0.001, 3.999, 10]) {
        now += wait;
        const answer = await ask(of(named.kid));
        expect([answer.status, codes(answer)], `at ${now - NOW}`).toEqual([503, ['UNAVAILABLE']]);
        expect(answer.headers.get('retry-after')).toBe(String(Math.floor(NOW + 60 - now) + 1));
        expect(answer.headers.get('www-authenticate')).toBeNull();
      }
      now = NOW + 61;
      expect((await ask(of(named.kid))).status).toBe(200);
      expect(published.asked).toHaveLength(3);
    },
  );

  test('whoever invents key ids and good claims uses up the questions, and gets no good token refused', async () => {
    for (let count = 0; count < 50; count++) {
      now = NOW + count;
      const invented = Array.from({ length: 10 }, (_, index) => ask(of(`invented-${count}-${index}`)));
      expect((await ask(good())).status).toBe(200);
      for (const { status } of await Promise.all(invented)) expect([401, 503]).toContain(status);
    }
    expect(published.asked).toHaveLength(2);
  });

  test('a key that is published anew under the same name is another key', async () => {
    expect((await ask(good())).status).toBe(200);
    const [current, previous] = materials;
    published.answer = (_, response) =>
      response.end(publishedSet([{ kid: current?.kid ?? '', material: previous?.material ?? '' }]));
    now += 60;
    expect((await ask(good())).status).toBe(401);
  });
});
