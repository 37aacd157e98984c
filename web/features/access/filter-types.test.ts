import { expect, test } from 'vitest';
import type { AccessDocument, DocumentedField } from '../../../runtime/access-document.ts';
import { type AccessFilter, filterTypes } from './filter-types.ts';

const field = (
  coordinate: string,
  outcomes: readonly DocumentedField['cells'][number]['outcome'][],
): DocumentedField => ({
  coordinate,
  name: coordinate.split('.')[1] ?? '',
  description: coordinate === 'Task.title' ? 'The heading, in one line.' : null,
  type: coordinate === 'Query.log' ? '[Entry!]!' : 'String!',
  requires: coordinate === 'Query.log' ? 'signed in; role ADMIN' : 'signed in',
  isPublic: outcomes[0] === 'allowed',
  cells: outcomes.map((outcome) => ({ outcome, label: outcome })),
  rules: [],
  ownerArguments: [],
  ownedTypes: [],
  example: null,
});

const document: AccessDocument = {
  caller: ['role ADMIN'],
  audiences: ['anonymous', 'owner', 'role ADMIN'],
  legend: [],
  rows: [],
  types: [
    {
      name: 'Query',
      description: null,
      fields: [
        field('Query.status', ['allowed', 'none', 'allowed']),
        field('Query.log', ['refused', 'none', 'allowed']),
      ],
    },
    { name: 'Task', description: null, fields: [field('Task.title', ['refused', 'allowed', 'no rows'])] },
  ],
};
const ALL = ['Query.status', 'Query.log', 'Task.title'];
const NONE: AccessFilter = { text: '', audience: '', publicOnly: false };

test.each<[string, Partial<AccessFilter>, readonly string[]]>([
  ['shows everything without a condition', {}, ALL],
  ['finds a coordinate, ignoring case', { text: 'TASK.ti' }, ['Task.title']],
  ['finds words of description, type and requirement', { text: 'heading' }, ['Task.title']],
  ['finds a word of the type', { text: 'entry' }, ['Query.log']],
  ['needs every word, wherever it is', { text: ' admin  query ' }, ['Query.log']],
  ['finds nothing for a word that occurs nowhere', { text: 'query nowhere' }, []],
  ['keeps public fields only', { publicOnly: true }, ['Query.status']],
  ['omits what an audience is refused', { audience: 'anonymous' }, ['Query.status']],
  ['omits fields to which an audience does not apply', { audience: 'owner' }, ['Task.title']],
  ['keeps fields of which an audience gets no rows', { audience: 'role ADMIN' }, ALL],
  ['combines the conditions', { audience: 'role ADMIN', text: 'query', publicOnly: true }, ['Query.status']],
])('filterTypes %s', (_case, filter, expected) => {
  const types = filterTypes(document, { ...NONE, ...filter });
  expect(types.flatMap(({ fields }) => fields.map(({ coordinate }) => coordinate))).toEqual(expected);
  expect(types.every(({ fields }) => fields.length > 0)).toBe(true);
});
