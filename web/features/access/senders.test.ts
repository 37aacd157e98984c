import { describe, expect, test } from 'vitest';
import type { DocumentedCell, DocumentedField } from '../../../runtime/access-document.ts';
import { sendersOf } from './senders.ts';

const AUDIENCES = ['anonymous', 'signed in', 'role USER', 'role ADMIN'];

function fieldWith(kind: 'query' | 'mutation', ...outcomes: DocumentedCell['outcome'][]): DocumentedField {
  const cells = outcomes.map((outcome) => ({ outcome, label: outcome }));
  const texts = { coordinate: 'Query.x', name: 'x', description: null, type: 'Int', requires: '', isPublic: false };
  return { ...texts, cells, rules: [], ownerArguments: [], ownedTypes: [], example: { kind, text: '{ x }' } };
}
const anonymous = { audiences: AUDIENCES, caller: ['anonymous'] };
const user = { audiences: AUDIENCES, caller: ['signed in', 'role USER'] };
const admin = { audiences: AUDIENCES, caller: ['signed in', 'role ADMIN'] };

describe('sendersOf', () => {
  test('offers a query to each sender that there is', () => {
    const query = fieldWith('query', 'refused', 'allowed', 'allowed', 'allowed');
    expect(sendersOf(query, anonymous, false)).toEqual(['anonymous']);
    expect(sendersOf(query, anonymous, true)).toEqual(['anonymous', 'demo']);
    expect(sendersOf(query, user, true)).toEqual(['anonymous', 'viewer', 'demo']);
    expect(sendersOf({ ...query, example: null }, user, true)).toEqual([]);
  });

  // covers: ACCESSPAGE-03
  test.each<DocumentedCell['outcome']>(['allowed', 'own rows', 'no rows', 'withheld', 'none'])(
    'offers a mutation to no sender that gets "%s" from it',
    (outcome) => {
      const mutation = fieldWith('mutation', outcome, outcome, outcome, outcome);
      for (const caller of [anonymous, user, admin]) expect(sendersOf(mutation, caller, true)).toEqual([]);
    },
  );

  // covers: ACCESSPAGE-03
  test('offers a mutation to the senders that the map says are refused, and never to the demo account', () => {
    const mutation = fieldWith('mutation', 'refused', 'refused', 'refused', 'own rows');
    expect(sendersOf(mutation, user, true)).toEqual(['anonymous', 'viewer']);
    expect(sendersOf(mutation, admin, true)).toEqual(['anonymous']);
    expect(sendersOf(mutation, anonymous, true)).toEqual(['anonymous']);
  });
});
