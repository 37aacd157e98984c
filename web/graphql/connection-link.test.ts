import { ApolloClient, InMemoryCache } from '@apollo/client';
import { ServerError } from '@apollo/client/errors';
import { ApolloLink } from '@apollo/client/link';
import { parse } from 'graphql';
import { type Observable, of, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { Connection, NotSentError } from './connection.ts';
import { createConnectionLink } from './connection-link.ts';
import { SessionEndedError } from './session-ended-error.ts';

const READ = parse('query Read { status { ok } }');
const CHANGE = parse('mutation Change { change }');

type Answer = () => Observable<ApolloLink.Result>;
const ok: Answer = () => of({ data: { status: { ok: true, __typename: 'Status' }, change: true } });
const fails =
  (error: Error): Answer =>
  () =>
    throwError(() => error);
const noNetwork = fails(new TypeError('Failed to fetch'));

/** A client whose server answers as `server.answer` says, with the names of the operations that it received. */
function clientOf(server: { answer: Answer }) {
  const received: string[] = [];
  const state = { changes: 0 };
  const connection: Connection = new Connection({
    probe: () => client.query({ query: READ, fetchPolicy: 'no-cache' }),
    isOnline: () => true,
  });
  const link = createConnectionLink(connection, () => (state.changes += 1));
  const serverLink = new ApolloLink(({ operationName }) => {
    received.push(operationName ?? '');
    return server.answer();
  });
  const client = new ApolloClient({ link: link.concat(serverLink), cache: new InMemoryCache() });
  const read = () => client.query({ query: READ, fetchPolicy: 'no-cache' });
  const change = () => client.mutate({ mutation: CHANGE });
  return { connection, received, state, read, change };
}
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the operation should have failed'),
    (error: unknown) => error,
  );
const serverError = (status: number, bodyText = '') =>
  new ServerError('no', { response: new Response(bodyText, { status }), bodyText });
const refusal = (status: number, code: string) =>
  serverError(status, JSON.stringify({ errors: [{ message: 'no', extensions: { code } }] }));

describe('createConnectionLink', () => {
  // covers: LIST-15
  test.each([
    ['no network', noNetwork, 'away'],
    ['a timeout', fails(new DOMException('late', 'TimeoutError')), 'away'],
    ['a proxy without a server', fails(serverError(502)), 'away'],
    ['an API without its database', fails(refusal(503, 'UNAVAILABLE')), 'away'],
    [
      'an API without its database, as a result',
      () => of({ errors: [{ message: 'no', extensions: { code: 'UNAVAILABLE' } }] }),
      'away',
    ],
    ['a web app that issues no token', fails(new Error('No token was issued')), 'away'],
    ['a refusal', fails(refusal(403, 'FORBIDDEN')), 'connected'],
    ['an error of the API', fails(refusal(500, 'INTERNAL_SERVER_ERROR')), 'connected'],
    ['a page that is not found', fails(serverError(404)), 'connected'],
    ['the end of the session', fails(new SessionEndedError('ended')), 'connected'],
    ['a cancelled request', fails(new DOMException('cancelled', 'AbortError')), 'connected'],
  ] as const)('after %s the connection is what the request proved', async (_, answer, state) => {
    const { connection, read } = clientOf({ answer: answer as Answer });
    await errorOf(read());
    expect(connection.state).toBe(state);
  });

  // covers: AWAY-01
  test('a mutation is not sent while the server does not answer: it fails at once', async () => {
    const { connection, received, change } = clientOf({ answer: noNetwork });
    connection.reportFailure();
    const error = await errorOf(change());
    expect(error).toBeInstanceOf(NotSentError);
    expect(received).toEqual(['Read']);
  });

  // covers: AWAY-01
  test('a mutation is sent as soon as a probe is answered', async () => {
    const { connection, received, change } = clientOf({ answer: ok });
    connection.reportFailure();
    await change();
    expect([received, connection.state]).toEqual([['Read', 'Change'], 'returned']);
  });

  test('a query is sent while the server does not answer, and its answer proves the return', async () => {
    const { connection, read } = clientOf({ answer: ok });
    connection.reportFailure();
    await read();
    expect(connection.state).toBe('returned');
  });

  // covers: LIST-10
  test('the link reports the end of a mutation, also without an answer, but not of one that was not sent, nor of a query', async () => {
    const server = { answer: ok };
    const { connection, state, read, change } = clientOf(server);
    await change();
    expect(state.changes).toBe(1);
    await read();
    server.answer = noNetwork;
    await errorOf(change());
    expect(state.changes).toBe(2);
    await errorOf(change());
    expect([state.changes, connection.state]).toEqual([2, 'away']);
  });
});
