import { describe, expect, test } from 'vitest';
import { createTestPolicy } from './testing/harness.ts';
import { accessMap, type AudienceName } from './access-map.ts';
import {
  describeArgument,
  describeCell,
  describeField,
  renderMapMarkdown,
  renderMapText,
} from './access-map-format.ts';

const SDL = `type Query {
    open(id: ID @owner): Int @public(reason: "A door | with\\na bar.")
    mine(ids: [ID!]! @owner, like: Filter): Note @auth
    found: [Found!]! @auth
    log: Int @auth(roles: [ADMIN])
    fresh: Int @auth(maxAge: 60, emailVerified: true)
  }
  type Note @owner(orRoles: [AUDITOR]) { userId: ID! text: String }
  type Draft @owner(field: "by") { by: ID! }
  type Page @auth { userId: ID! title: String secret: String @owner }
  union Found = Note | Draft | Page
  input Filter { writer: ID @owner size: Int }
  type Lost { never: Int }`;
const map = accessMap(createTestPolicy(SDL));
const cell = (coordinate: string, audience: AudienceName) =>
  map.fields.find((field) => field.coordinate === coordinate)?.cells[audience] ?? null;
const row = (coordinate: string) =>
  map.audiences.map((audience) => `${audience}: ${describeCell(cell(coordinate, audience))}`);

describe('the map says of', () => {
  test('a public field that everybody may', () => {
    expect(row('Query.open')).toEqual([
      'anonymous: yes',
      'signed in: yes',
      'owner: –',
      'other: –',
      'role USER: yes',
      'role ADMIN: yes',
      'role AUDITOR: yes',
    ]);
  });

  test('a field for a role that others are refused, and with which code', () => {
    expect(row('Query.log')).toEqual([
      'anonymous: UNAUTHENTICATED',
      'signed in: FORBIDDEN',
      'owner: –',
      'other: –',
      'role USER: FORBIDDEN',
      'role ADMIN: yes',
      'role AUDITOR: FORBIDDEN',
    ]);
  });

  test('an owned type, and what leads to it, that it is filtered, and for whom it is not', () => {
    for (const coordinate of ['Note.text', 'Query.mine'])
      expect(row(coordinate)).toEqual([
        'anonymous: UNAUTHENTICATED',
        'signed in: own rows',
        'owner: yes',
        'other: no rows',
        'role USER: own rows',
        'role ADMIN: own rows',
        'role AUDITOR: yes',
      ]);
  });

  test('a union which of its members are filtered', () => {
    expect(cell('Query.found', 'signed in')).toMatchObject({ outcome: 'own rows', types: ['Note', 'Draft'] });
    expect(cell('Query.found', 'role AUDITOR')).toMatchObject({ outcome: 'own rows', types: ['Draft'] });
  });

  test('a field with an owner of its own that it is withheld from others', () => {
    expect(cell('Page.secret', 'owner')).toMatchObject({ outcome: 'allowed' });
    expect(cell('Page.secret', 'other')).toMatchObject({ outcome: 'withheld' });
    expect(describeCell(cell('Page.secret', 'signed in'))).toBe(`null on others'`);
    expect(cell('Page.title', 'owner')).toBeNull();
  });

  test('what a caller has to do besides', () => {
    expect(describeCell(cell('Query.fresh', 'signed in'))).toBe('yes, if signed in within 60 s and e-mail verified');
    expect(cell('Query.fresh', 'role USER')).toMatchObject({ maxAge: 60, emailVerified: true });
  });

  test('nothing of a type that no answer can hold', () => {
    expect(map.fields.some(({ coordinate }) => coordinate.startsWith('Lost.'))).toBe(false);
  });

  test('each argument and input field that names an owner, and no other', () => {
    expect(map.arguments.map((argument) => `${argument.coordinate} ${describeArgument(argument)}`)).toEqual([
      "Filter.writer the caller's own id, or nothing; any other id: FORBIDDEN",
      "Query.mine(ids:) ids, each of them the caller's own; any other id: FORBIDDEN",
      "Query.open(id:) the caller's own id, or nothing; any other id: FORBIDDEN",
    ]);
  });
});

describe('as Markdown', () => {
  const lines = (sdl: string) => renderMapMarkdown(accessMap(createTestPolicy(sdl)), 'make map').split('\n');

  // covers: ENGINE-11
  test('a change of who may reach a field is a change of one line', () => {
    const [before, after] = [lines(SDL), lines(SDL.replace('log: Int @auth(roles: [ADMIN])', 'log: Int @auth'))];
    expect(after.length).toBe(before.length);
    const changed = after.filter((line, index) => line !== before[index]);
    expect(changed).toEqual(['| `Query.log` | signed in | UNAUTHENTICATED | yes | – | – | yes | yes | yes |']);
  });

  test('the order of fields in the schema is nothing', () => {
    const moved = SDL.replace('log: Int @auth(roles: [ADMIN])', '').replace(
      'open(',
      'log: Int @auth(roles: [ADMIN]) open(',
    );
    expect(lines(moved)).toEqual(lines(SDL));
  });

  test('a reason breaks neither out of its cell nor out of its line', () => {
    expect(lines(SDL)).toContain(
      '| `Query.open` | anyone: A door \\| with a bar. | yes | yes | – | – | yes | yes | yes |',
    );
  });

  test('it says how it is made', () => {
    expect(lines(SDL).join(' ')).toContain('Made from the schema by `make map`');
  });
});

test('as text, columns stand under each other, whatever the words are painted with', () => {
  const plain = renderMapText(map).split('\n');
  const painted = renderMapText(map, (words) => `<${words}>`).split('\n');
  expect(painted.map((line) => line.replaceAll(/[<>]/g, ''))).toEqual(plain);
  const start = plain[0]?.indexOf('signed in') ?? -1;
  for (const field of map.fields) {
    const line = plain.find((one) => one.startsWith(`${field.coordinate} `)) ?? '';
    expect(line.slice(start)).toMatch(new RegExp(`^${describeCell(field.cells['signed in'])} `));
    expect(line.endsWith(`  ${describeField(field)}`)).toBe(true);
  }
});
