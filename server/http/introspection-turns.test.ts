import { type ExecutionResult, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Overloaded } from '../../runtime/keyed-semaphore.ts';
import { NO_DEADLINE } from '../data/pg/deadline.ts';
import type { OperationRequest } from './executor.ts';
import { executeIntrospectionInTurns } from './introspection-turns.ts';
import type { ScheduleWork } from './work-scheduler.ts';

const RESULT: ExecutionResult = { data: { a: 1 } };

function request(text: string): OperationRequest {
  const document = parse(text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const client = { address: '2001:db8::1', userAgent: null };
  return { document, operation, variables: {}, viewer: null, requestId: 'r', deadline: NO_DEADLINE, client };
}

/** Executes a text, and returns the result with the clients that waited for a turn. */
async function executed(text: string, failure?: Error) {
  const clients: string[] = [];
  const schedule: ScheduleWork = async (client, work) => {
    clients.push(client);
    if (failure) throw failure;
    return work();
  };
  const result = await executeIntrospectionInTurns(async () => RESULT, schedule)(request(text));
  return { result, clients };
}

describe('executeIntrospectionInTurns', () => {
  // covers: LIMIT-06
  test.each([
    '{ __schema { types { name } } }',
    '{ a __type(name: "T") { name } }',
    '{ ...F } fragment F on Query { ... { s: __schema { types { name } } } }',
  ])('executes introspection in the turn of the client’s network: %s', async (text) => {
    expect(await executed(text)).toEqual({ result: RESULT, clients: ['2001:db8:0:0::/64'] });
  });

  test('executes other operations at once', async () => {
    expect(await executed('{ a __typename schema: b }')).toEqual({ result: RESULT, clients: [] });
  });

  test('answers TOO_MANY_REQUESTS if there is no room to wait', async () => {
    const { result } = await executed('{ __schema { types { name } } }', new Overloaded('full'));
    expect(result).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] });
    expect(result).not.toHaveProperty('data');
  });

  test('throws an error that is none of a turn', async () => {
    await expect(executed('{ __schema { types { name } } }', new Error('a bug'))).rejects.toThrow('a bug');
  });
});
