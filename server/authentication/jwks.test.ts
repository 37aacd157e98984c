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
  test('returns Ed25519 public keys for signatures', () => {
    expect(read({ keys: [KEY, { ...KEY, kid: 'two' }] })).toEqual([...FOUND, { kid: 'two', material: x }]);
  });

  test('ignores unknown members of the set and of keys', () => {
    expect(read({ keys: [{ ...KEY, x5t: 'a' }], more: 1 })).toEqual(FOUND);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const ed448 = generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' });
  test.each([
    ['of RSA', { ...rsa, kid: 'r', use: 'sig', alg: 'RS256' }],
    ['of RSA with the expected algorithm', { ...rsa, kid: 'r', use: 'sig', alg: 'EdDSA' }],
    ['of an elliptic curve', { ...ec, kid: 'e', use: 'sig', alg: 'ES256' }],
    ['of Ed448', { ...ed448, kid: 'e', use: 'sig', alg: 'EdDSA' }],
    ['of X25519, which is for encryption', { ...KEY, kid: 'e', crv: 'X25519' }],
    ['without a curve', { ...KEY, kid: 'e', crv: undefined }],
    ['of another type', { ...KEY, kid: 'e', kty: 'EC' }],
    ['that is a shared secret', { kty: 'oct', k: x, kid: 'o', use: 'sig', alg: 'EdDSA' }],
    [
      'that is a shared secret with the algorithm of the other mode',
      { kty: 'oct', k: x, kid: 'o', use: 'sig', alg: 'HS256' },
    ],
    ['for encryption', { ...KEY, kid: 'e', use: 'enc' }],
    ['without a use', { ...KEY, kid: 'e', use: undefined }],
    ['of another algorithm', { ...KEY, kid: 'e', alg: 'ES256' }],
    ['without an algorithm', { ...KEY, kid: 'e', alg: undefined }],
    ['with its private part', { ...KEY, kid: 'e', d: x }],
    ['without a `kid`', { ...KEY, kid: undefined }],
    ['with a number as its `kid`', { ...KEY, kid: 1 }],
    ['with an invalid `kid`', { ...KEY, kid: '../one' }],
    ['without `x`', { ...KEY, kid: 'e', x: undefined }],
    ['with a too short `x`', { ...KEY, kid: 'e', x: x.slice(0, 40) }],
    ['with a too long `x`', { ...KEY, kid: 'e', x: `${x}A` }],
    ['with a padded `x`', { ...KEY, kid: 'e', x: `${x}=` }],
    ['with a non-canonical `x`', { ...KEY, kid: 'e', x: `${x.slice(0, -1)}B` }],
    ['that is null', null],
    ['that is text', 'key'],
  ])('ignores a key %s, and returns the valid key beside it', (_, other) => {
    expect(read({ keys: [other, KEY] })).toEqual(FOUND);
  });

  test.each([
    ['not JSON', 'keys'],
    ['an array', '[]'],
    ['null', 'null'],
    ['without a list', '{}'],
    ['with an object as its list', '{"keys":{"0":{}}}'],
    ['with its list twice', `{"keys":[],"keys":[${JSON.stringify(KEY)}]}`],
    ['with a byte order mark', `\ufeff${JSON.stringify({ keys: [KEY] })}`],
    ['longer than 100 keys', JSON.stringify({ keys: Array.from({ length: 101 }, () => null) })],
  ])('rejects a set that is %s', (_, text) => {
    expect(() => read(text)).toThrow('The key set is not a JWK Set.');
  });

  test('rejects a set with two keys with one `kid`, which would be ambiguous', () => {
    expect(() => read({ keys: [KEY, KEY] })).toThrow('The key set has two keys with one `kid`.');
  });

  test('accepts an empty set', () => {
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

  test('returns the keys of the served set', async () => {
    expect(await fetchJwks(await serving((_, response) => response.end(body)))).toEqual(FOUND);
  });

  test.each([201, 304, 400, 401, 404, 429, 500, 503])('rejects a response with status %i', async (status) => {
    const url = await serving((_, response) => response.writeHead(status).end(status === 304 ? '' : body));
    await expect(fetchJwks(url)).rejects.toThrow(`Could not fetch the key set: status ${status}.`);
  });

  // covers: TOKEN-13
  test.each([301, 302, 303, 307, 308])('rejects the redirect %i and does not follow it', async (status) => {
    const requests: unknown[] = [];
    const elsewhere = await serving((request, response) => {
      requests.push(request.url);
      response.end(body);
    });
    const url = await serving((_, response) => response.writeHead(status, { location: elsewhere }).end());
    await expect(fetchJwks(url)).rejects.toThrow();
    expect(requests).toEqual([]);
  });

  // covers: TOKEN-13
  test('aborts an endless response at 64 kB', async () => {
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
    ['before it begins', () => {}],
    ['in the middle', (response: Parameters<RequestListener>[1]) => response.write('{"keys":')],
  ])('aborts a response that stalls %s after 3 s', async (_, begin) => {
    const deadline = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
    const url = await serving((__, response) => {
      begin(response);
      setImmediate(() => deadline.abort(new Error('out of time')));
    });
    await expect(fetchJwks(url)).rejects.toThrow('out of time');
    expect(timeout).toHaveBeenCalledWith(3_000);
  });

  test('rejects if nothing listens on the port', async () => {
    await expect(fetchJwks('http://127.0.0.1:9/keys')).rejects.toThrow();
  });
});
