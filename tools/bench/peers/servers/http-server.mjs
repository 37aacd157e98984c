import { createServer } from 'node:http';
import { options } from './options.mjs';
import { verifyToken } from './verify-token.mjs';

export const UNAUTHENTICATED = { errors: [{ message: 'Not signed in', extensions: { code: 'UNAUTHENTICATED' } }] };
export const FORBIDDEN = { errors: [{ message: 'Not authorized', extensions: { code: 'FORBIDDEN' } }] };

/**
 * Serves POST requests of verified users on node:http.
 * @param {(user: string, body: { query: string, operationName: string, variables: Record<string, any> }) => Promise<[number, unknown]>} answer
 *   returns the status and the body
 */
export function serve(answer) {
  createServer((request, response) => {
    if (request.method === 'GET') return void response.end();
    const chunks = [];
    request.on('data', (chunk) => void chunks.push(chunk));
    request.on('end', () => {
      respond(request.headers.authorization, Buffer.concat(chunks).toString()).then(
        ([status, body]) => write(response, status, JSON.stringify(body)),
        (error) => {
          console.error(error);
          write(response, 500, '{"errors":[{"message":"Internal error"}]}');
        },
      );
    });
  }).listen(options.port, '127.0.0.1');

  /** @returns {Promise<[number, unknown]>} */
  async function respond(authorization, text) {
    const user = verifyToken(authorization);
    return user === null ? [401, UNAUTHENTICATED] : answer(user, JSON.parse(text));
  }
}

function write(response, status, body) {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
