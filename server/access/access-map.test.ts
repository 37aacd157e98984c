import { describe, expect, test } from 'vitest';
import { createTestPolicy } from './test-harness.ts';
import { accessMap, type AudienceName } from './access-map.ts';
import {
  describeArgument,
  describeCell,
  describeField,
  renderMapMarkdown,
  renderMapText,
} from './access-map-format.ts';

const SDL = `type Query {
    open(id: ID @owner): Int @public(reason: "Open | with\\na bar.")
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

describe('accessMap', () => {
  test('allows a public field to every audience', () => {
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

  test('shows the code with which each audience without the role is refused', () => {
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

  test('shows which audiences get filtered rows of an owned type and of fields that return it', () => {
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

  test('lists the filtered members of a union', () => {
    expect(cell('Query.found', 'signed in')).toMatchObject({ outcome: 'own rows', types: ['Note', 'Draft'] });
    expect(cell('Query.found', 'role AUDITOR')).toMatchObject({ outcome: 'own rows', types: ['Draft'] });
  });

  test('shows that a field with @owner is withheld from other viewers', () => {
    expect(cell('Page.secret', 'owner')).toMatchObject({ outcome: 'allowed' });
    expect(cell('Page.secret', 'other')).toMatchObject({ outcome: 'withheld' });
    expect(describeCell(cell('Page.secret', 'signed in'))).toBe(`null on others'`);
    expect(cell('Page.title', 'owner')).toBeNull();
  });

  test('shows the conditions that a viewer can fulfil', () => {
    expect(describeCell(cell('Query.fresh', 'signed in'))).toBe('yes, if signed in within 60 s and e-mail verified');
    expect(cell('Query.fresh', 'role USER')).toMatchObject({ maxAge: 60, emailVerified: true });
  });

  test('omits a type that no response can contain', () => {
    expect(map.fields.some(({ coordinate }) => coordinate.startsWith('Lost.'))).toBe(false);
  });

  test('lists exactly the arguments and input fields with @owner', () => {
    expect(map.arguments.map((argument) => `${argument.coordinate} ${describeArgument(argument)}`)).toEqual([
      "Filter.writer the caller's own id, or omitted; any other id: FORBIDDEN",
      "Query.mine(ids:) ids, each the caller's own; any other id: FORBIDDEN",
      "Query.open(id:) the caller's own id, or omitted; any other id: FORBIDDEN",
    ]);
  });
});

describe('accessMap with scopes and input rules', () => {
  const scoped = createTestPolicy(`
    extend schema @tokenScopes(names: ["a", "b", "c"])
    type Query @auth(scopes: [["c"]]) { q(in: In): Int @auth(scopes: [["a", "b"], ["c"]]) }
    input In { free: Int kept: ID @owner @auth(roles: [ADMIN], scopes: [["a"]]) }
  `);
  // covers: RULES-01
  test('shows scopes as a condition that a viewer can fulfil', () => {
    const [field] = accessMap(scoped).fields;
    expect(describeCell(field?.cells['signed in'] ?? null)).toBe('yes, if scope c and scopes a and b, or scope c');
    expect(field && describeField(field)).toBe('signed in; scope c; scopes a and b, or scope c');
  });
  // covers: RULES-02
  test('lists input fields with @auth beside those with @owner', () => {
    const scopedMap = accessMap(scoped);
    expect(scopedMap.arguments.map((argument) => `${argument.coordinate} ${describeArgument(argument)}`)).toEqual([
      'In.kept a value requires: signed in; role ADMIN; scope a',
      "In.kept the caller's own id, or omitted; any other id: FORBIDDEN",
    ]);
    const markdown = renderMapMarkdown(scopedMap, 'make map');
    expect(markdown).toContain(
      '## Input fields with a rule\n\n| input field | accepts |\n| --- | --- |\n| `In.kept` | a value requires: signed in; role ADMIN; scope a |\n',
    );
    expect(renderMapMarkdown(map, 'make map')).not.toContain('Input fields with a rule');
  });
});

// covers: RULES-03
test('accessMap shows for each audience whether a field is null or refuses the request', () => {
  const { fields } = accessMap(
    createTestPolicy(`type Query {
      a: Int @auth(roles: [ADMIN], onRefusal: NULL)
      b: Int @auth(maxAge: 60, onRefusal: NULL)
      t: T @auth
    } type T @auth(emailVerified: true) { c: Int @auth(roles: [ADMIN], maxAge: 5, onRefusal: NULL) }`),
  );
  const shown = (coordinate: string) => {
    const field = fields.find((each) => each.coordinate === coordinate);
    return [
      ...(['anonymous', 'signed in', 'role ADMIN'] as const).map((audience) =>
        describeCell(field?.cells[audience] ?? null),
      ),
      field && describeField(field),
    ];
  };
  expect(shown('Query.a')).toEqual([
    'null (UNAUTHENTICATED)',
    'null (FORBIDDEN)',
    'yes',
    'signed in and role ADMIN, otherwise null',
  ]);
  expect(shown('Query.b')).toEqual([
    'null (UNAUTHENTICATED)',
    'yes, null unless signed in within 60 s',
    'yes, null unless signed in within 60 s',
    'signed in and signed in within the last 60 seconds, otherwise null',
  ]);
  expect(shown('T.c')).toEqual([
    'UNAUTHENTICATED',
    'null (FORBIDDEN), if e-mail verified',
    'yes, if e-mail verified, null unless signed in within 5 s',
    'signed in; verified e-mail address; role ADMIN and signed in within the last 5 seconds, otherwise null',
  ]);
});

describe('renderMapMarkdown', () => {
  const lines = (sdl: string) => renderMapMarkdown(accessMap(createTestPolicy(sdl)), 'make map').split('\n');

  // covers: ENGINE-11
  test('changes one line for a change of one field’s access', () => {
    const [before, after] = [lines(SDL), lines(SDL.replace('log: Int @auth(roles: [ADMIN])', 'log: Int @auth'))];
    expect(after.length).toBe(before.length);
    const changed = after.filter((line, index) => line !== before[index]);
    expect(changed).toEqual(['| `Query.log` | signed in | UNAUTHENTICATED | yes | – | – | yes | yes | yes |']);
  });

  test('is independent of the order of fields in the schema', () => {
    const moved = SDL.replace('log: Int @auth(roles: [ADMIN])', '').replace(
      'open(',
      'log: Int @auth(roles: [ADMIN]) open(',
    );
    expect(lines(moved)).toEqual(lines(SDL));
  });

  test('escapes bars and line breaks in a reason', () => {
    expect(lines(SDL)).toContain(
      '| `Query.open` | anyone: Open \\| with a bar. | yes | yes | – | – | yes | yes | yes |',
    );
  });

  test('names the command that generates it', () => {
    expect(lines(SDL).join(' ')).toContain('Generated from the schema by `make map`');
  });
});

test('renderMapText aligns columns, also with colours', () => {
  const plain = renderMapText(map).split('\n');
  const painted = renderMapText(map, (label) => `<${label}>`).split('\n');
  expect(painted.map((line) => line.replaceAll(/[<>]/g, ''))).toEqual(plain);
  const start = plain[0]?.indexOf('signed in') ?? -1;
  for (const field of map.fields) {
    const line = plain.find((one) => one.startsWith(`${field.coordinate} `)) ?? '';
    expect(line.slice(start)).toMatch(new RegExp(`^${describeCell(field.cells['signed in'])} `));
    expect(line.endsWith(`  ${describeField(field)}`)).toBe(true);
  }
});
