import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { fetchJwks, readJwks } from './jwks.ts';

const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
const KEY = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid: 'one', x };
const FOUND = [{ kid: 'one', material: x }];
const read = (set: unknown) => readJwks(Buffer.from(typeof set === 'string' ? set : JSON.stringify(set)));

describe('readJwks', () => {
  // covers: FR-011.2, TOKEN-13
  test('takes Ed25519 public keys for signatures', () => {
    expect(read({ keys: [KEY, { ...KEY, kid: 'two' }] })).toEqual([...FOUND, { kid: 'two', material: x }]);
  });

  test('takes what it does not know beside them', () => {
    expect(read({ keys: [{ ...KEY, x5t: 'a' }], more: 1 })).toEqual(FOUND);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const ed448 = generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' });
  test.each([
    ['of RSA', { ...rsa, kid: 'r', use: 'sig', alg: 'RS256' }],
    ['of RSA under our algorithm', { ...rsa, kid: 'r', use: 'sig', alg: 'EdDSA' }],
    ['of an elliptic curve', { ...ec, kid: 'e', use: 'sig', alg: 'ES256' }],
    ['of Ed448', { ...ed448, kid: 'e', use: 'sig', alg: 'EdDSA' }],
    ['of X25519, which is for encryption', { ...KEY, kid: 'e', crv: 'X25519' }],
    ['of no stated curve', { ...KEY, kid: 'e', crv: undefined }],
    ['of another type', { ...KEY, kid: 'e', kty: 'EC' }],
    ['that is a secret', { kty: 'oct', k: x, kid: 'o', use: 'sig', alg: 'EdDSA' }],
    ['that is a secret of the other mode', { kty: 'oct', k: x, kid: 'o', use: 'sig', alg: 'HS256' }],
    ['for encryption', { ...KEY, kid: 'e', use: 'enc' }],
    ['for no stated use', { ...KEY, kid: 'e', use: undefined }],
    ['of another algorithm', { ...KEY, kid: 'e', alg: 'ES256' }],
    ['of no stated algorithm', { ...KEY, kid: 'e', alg: undefined }],
    ['with a private half', { ...KEY, kid: 'e', d: x }],
    ['without a name', { ...KEY, kid: undefined }],
    ['with a number for a name', { ...KEY, kid: 1 }],
    ['with a name that is none of ours', { ...KEY, kid: '../one' }],
    ['without the key', { ...KEY, kid: 'e', x: undefined }],
    ['with a key too short', { ...KEY, kid: 'e', x: x.slice(0, 40) }],
    ['with a key too long', { ...KEY, kid: 'e', x: `${x}A` }],
    ['with a padded key', { ...KEY, kid: 'e', x: `${x}=` }],
    ['with a key in another spelling', { ...KEY, kid: 'e', x: `${x.slice(0, -1)}B` }],
    ['that is null', null],
    ['that is text', 'key'],
  ])('leaves out a key %s, and takes the good one beside it', (_, other) => {
    expect(read({ keys: [other, KEY] })).toEqual(FOUND);
  });

  test.each([
    ['no JSON', 'keys'],
    ['an array', '[]'],
    ['null', 'null'],
    ['without a list', '{}'],
    ['with a list that is none', '{"keys":{"0":{}}}'],
    ['with its list twice', `{"keys":[],"keys":[${JSON.stringify(KEY)}]}`],
    ['with a byte order mark', `\ufeff${JSON.stringify({ keys: [KEY] })}`],
    ['longer than any of ours', JSON.stringify({ keys: Array.from({ length: 101 }, () => null) })],
  ])('refuses a set that is %s', (_, text) => {
    expect(() => read(text)).toThrow('The key set is not a JWK Set.');
  });

  test('refuses a set with two keys of one name: each could be meant', () => {
    expect(() => read({ keys: [KEY, KEY] })).toThrow('The key set has two keys with one `kid`.');
  });

  test('an empty set is a set', () => {
    expect(read({ keys: [] })).toEqual([]);
  });
});

describe('fetchJwks', () => {
  afterEach(() => void vi.restoreAllMocks());
  const body = JSON.stringify({ keys: [KEY] });

  async function serving(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => server.close().closeAllConnections());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  }

  test('reads what is served', async () => {
    expect(await fetchJwks(await serving((_, response) => response.end(body)))).toEqual(FOUND);
  });

  test.each([201, 304, 400, 401, 404, 429, 500, 503])('status %i is no key set', async (status) => {
    const url = await serving((_, response) => response.writeHead(status).end(status === 304 ? '' : body));
    await expect(fetchJwks(url)).rejects.toThrow(`Could not fetch the key set: status ${status}.`);
  });

  // covers: TOKEN-13
  test.each([301, 302, 303, 307, 308])('redirect %i is not followed', async (status) => {
    const asked: unknown[] = [];
    const elsewhere = await serving((request, response) => {
      asked.push(request.url);
      response.end(body);
    });
    const url = await serving((_, response) => response.writeHead(status, { location: elsewhere }).end());
    await expect(fetchJwks(url)).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  // covers: TOKEN-13
  test('an answer without end is given up at 64 kB', async () => {
    let sent = 0;
    const url = await serving((_, response) => {
      const more = () => {
        sent += 16_384;
        if (!response.destroyed) response.write(' '.repeat(16_384), () => setImmediate(more));
      };
      more();
    });
    await expect(fetchJwks(url)).rejects.toThrow('The key set is too large.');
    expect(sent).toBeLessThan(50_000_000);
  });

  test.each([
    ['before the answer begins', () => {}],
    ['in the middle of it', (response: Parameters<RequestListener>[1]) => response.write('{"keys":')],
  ])('an answer that stalls %s is given up after 3 s', async (_, begin) => {
    const patience = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal);
    const url = await serving((__, response) => {
      begin(response);
      setImmediate(() => patience.abort(new Error('out of time')));
    });
    await expect(fetchJwks(url)).rejects.toThrow('out of time');
    expect(timeout).toHaveBeenCalledWith(3_000);
  });

  test('where nothing listens there is no key set', async () => {
    await expect(fetchJwks('http://127.0.0.1:9/keys')).rejects.toThrow();
  });
});
