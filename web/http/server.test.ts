import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createWebServer } from './server.ts';

test.each([
  ['a head', 'GET / HTTP/1.1\r\nhost: web\r\n'],
  ['a body', 'POST / HTTP/1.1\r\nhost: web\r\ncontent-length: 9\r\n\r\n{'],
])('%s that does not arrive in time is 408, and the connection ends', async (_, begun) => {
  const server = createWebServer((request) => request.resume(), { headers: 50, body: 50 });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(begun));
    socket.on('data', (data) => (text += data.toString())).on('error', reject);
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});
