import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
  isEnumType,
  isInputObjectType,
  isObjectType,
  parse,
  resolveSchemaCoordinate,
  validate,
} from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ACCESS_MAP_PATH, type AccessDocument } from '../../runtime/access-document.ts';
import {
  accessMap,
  checkSchema,
  describeCell,
  MAP_LEGEND,
  rlsPolicies,
  rlsPolicySql,
} from '../../server/access/index.ts';
import { OWNED_TABLES } from '../../server/data/admin/privileges.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { type ApiResponse, comparableText, errorCodes, startTestApi, type TestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture({}, { EXPLAIN: 'on' });
const policy = checkSchema(executableSchema());

/** Each kind of caller that introspection distinguishes. */
const CALLERS = {
  anonymous: undefined,
  USER: () => signToken(fixture.seeded.bob),
  ADMIN: () => signToken(fixture.seeded.bob, { role: 'ADMIN' }),
  'an unknown role': () => signToken(fixture.seeded.bob, { role: 'MADE_UP' }),
} as const;
type Caller = keyof typeof CALLERS;
const EVERY_CALLER = Object.keys(CALLERS) as Caller[];

function request(caller: Caller, api: TestApi = fixture.api): Promise<ApiResponse> {
  const token = CALLERS[caller]?.();
  return api.send(ACCESS_MAP_PATH, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

async function documentOf(caller: Caller, api?: TestApi): Promise<AccessDocument> {
  const response = await request(caller, api);
  expect(response.status).toBe(200);
  return JSON.parse(response.text) as AccessDocument;
}

async function introspect(caller: Caller): Promise<GraphQLSchema> {
  const token = CALLERS[caller]?.();
  const { body } = await fixture.api.execute(getIntrospectionQuery(), token === undefined ? {} : { token });
  return buildClientSchema(body?.data as unknown as IntrospectionQuery);
}

const isIn = (schema: GraphQLSchema, coordinate: string): boolean => {
  try {
    return resolveSchemaCoordinate(schema, coordinate) !== undefined;
  } catch {
    return false;
  }
};

/** Returns the coordinates of the elements of the whole schema: types, fields, arguments, input fields, enum values. */
function everyCoordinate(): string[] {
  return Object.values(policy.schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => `${type.name}.${name}`)];
    if (isInputObjectType(type))
      return [type.name, ...Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)];
    if (!isObjectType(type)) return [type.name];
    const fields = Object.values(type.getFields());
    return [
      type.name,
      ...fields.flatMap(({ name, args }) => [
        `${type.name}.${name}`,
        ...args.map((argument) => `${type.name}.${name}(${argument.name}:)`),
      ]),
    ];
  });
}

describe('GET /access-map.json', () => {
  // covers: ACCESSPAGE-01
  test.each(EVERY_CALLER)(
    'shows %s the fields of their introspection, each once, and names nothing that it hides',
    async (caller) => {
      const [document, introspected] = [await documentOf(caller), await introspect(caller)];
      const shown = document.types.flatMap(({ fields }) => fields.map(({ coordinate }) => coordinate));
      const fields = policy.schema.getTypeMap();
      const expected = everyCoordinate().filter(
        (coordinate) =>
          isIn(introspected, coordinate) &&
          /^\w+\.\w+$/.test(coordinate) &&
          isObjectType(fields[coordinate.split('.')[0] ?? '']),
      );
      expect(shown.toSorted()).toEqual(expected.toSorted());

      // Every name of the schema that the caller's introspection does not use must not be a word of the document.
      const nameOf = (coordinate: string) => /(\w+):?\)?$/.exec(coordinate)?.[1] ?? '';
      const known = new Set(
        everyCoordinate()
          .filter((each) => isIn(introspected, each))
          .map(nameOf),
      );
      const hidden = everyCoordinate()
        .filter((each) => !isIn(introspected, each))
        .map(nameOf);
      const words = new Set(JSON.stringify(document).match(/\w+/g));
      const texts = new Set([...PROSE, ...MAP_LEGEND.flat()].flatMap((text) => text.match(/\w+/g) ?? []));
      expect(hidden.filter((name) => !known.has(name) && !texts.has(name) && words.has(name))).toEqual([]);
      if (caller !== 'ADMIN') expect(hidden).toContain(caller === 'anonymous' ? 'Task' : 'securityLog');
    },
  );

  test('names the audiences of the caller, and a role only to those whose introspection has the roles', async () => {
    const [anonymous, user, admin, unknown] = [
      await documentOf('anonymous'),
      await documentOf('USER'),
      await documentOf('ADMIN'),
      await documentOf('an unknown role'),
    ];
    expect([anonymous.caller, user.caller, admin.caller, unknown.caller]).toEqual([
      ['anonymous'],
      ['signed in', 'role USER'],
      ['signed in', 'role ADMIN'],
      ['signed in'],
    ]);
    expect(anonymous.audiences).toEqual(['anonymous', 'signed in', 'owner', 'other']);
    expect(user.audiences).toEqual([...anonymous.audiences, 'role USER', 'role ADMIN']);
  });

  // covers: ACCESSPAGE-02
  test('is the map of `npm run access` for an administrator, cell for cell', async () => {
    const { types, audiences } = await documentOf('ADMIN');
    const map = accessMap(policy);
    expect(
      types.flatMap(({ fields }) =>
        fields.map(({ coordinate, cells }) => [coordinate, cells.map(({ label }) => label)]),
      ),
    ).toEqual(
      map.fields.map(({ coordinate, cells }) => [
        coordinate,
        map.audiences.map((name) => describeCell(cells[name] ?? null)),
      ]),
    );
    expect(audiences).toEqual(map.audiences);
  });

  // covers: ACCESSPAGE-02
  test('has the rule with file and line, the predicate, and the policies that `npm run access -- policies` prints', async () => {
    const { types, rows } = await documentOf('USER');
    const fields = types.flatMap((type) => type.fields);
    const find = (coordinate: string) => fields.find((field) => field.coordinate === coordinate);
    const tasks = find('Query.tasks');
    expect(tasks?.rules).toEqual([
      { directive: '@auth', coordinate: 'Query.tasks', source: expect.stringMatching(/^schema\/task\.graphql:\d+$/) },
    ]);
    expect(tasks?.ownerArguments).toEqual([
      { name: 'userId', accepts: "the caller's own id, or omitted; any other id: FORBIDDEN" },
    ]);
    const title = find('Task.title');
    expect(title?.rules[0]).toMatchObject({ directive: '@owner(field: "userId")', coordinate: 'Task' });
    const task = rlsPolicies(policy, OWNED_TABLES).find(({ type }) => type === 'Task');
    expect(title?.ownedTypes).toEqual(['Task']);
    expect(rows.map(({ type }) => type).toSorted()).toEqual(['AuthEvent', 'Step', 'Task', 'User']);
    expect(rows.find(({ type }) => type === 'Task')).toEqual({
      type: 'Task',
      table: 'app.task',
      predicate: '"user_id" = the caller\'s id',
      policies: task && rlsPolicySql(task),
    });
    expect(find('Query.status')).toMatchObject({ isPublic: true, ownedTypes: [] });
    expect(fields.filter(({ isPublic }) => isPublic)).toHaveLength(4);
  });

  // covers: ACCESSPAGE-02
  test('has neither file nor SQL where EXPLAIN is off', async () => {
    const api = await startTestApi(fixture.seeded.source, 'on', { settings: { EXPLAIN: 'off' } });
    onTestFinished(api.close);
    const document = await documentOf('ADMIN', api);
    expect(JSON.stringify(document)).not.toMatch(/\.graphql|create policy|user_id"/);
    expect(document.types.flatMap(({ fields }) => fields.flatMap(({ rules }) => rules)).length).toBeGreaterThan(50);
  });

  // covers: ACCESSPAGE-03
  test.each(['anonymous', 'USER', 'ADMIN'] as const)(
    'shows %s examples that the API answers as the map says',
    async (caller) => {
      const document = await documentOf(caller);
      const column = document.audiences.indexOf(caller === 'anonymous' ? 'anonymous' : `role ${caller}`);
      const token = CALLERS[caller]?.();
      for (const { coordinate, example, cells } of document.types.flatMap(({ fields }) => fields)) {
        expect(validate(policy.schema, parse(example?.text ?? '')), coordinate).toEqual([]);
        if (example?.kind !== 'query') continue;
        const response = await fixture.api.execute(example.text, token === undefined ? {} : { token });
        const [cell] = cells.slice(column);
        // The example of `user(id:)` has the id of no user: the map's cell is that of the field, the argument refuses it.
        const isRefused = cell?.outcome === 'refused' || (coordinate === 'Query.user' && caller !== 'anonymous');
        expect([coordinate, response.status >= 400], response.text).toEqual([coordinate, isRefused]);
      }
    },
  );

  // covers: ACCESSPAGE-03
  test('the example of each mutation is refused to anonymous callers, with 401 and no statement', async () => {
    const document = await documentOf('ADMIN');
    const mutations = document.types
      .flatMap(({ fields }) => fields)
      .filter(({ example }) => example?.kind === 'mutation');
    expect(mutations.length).toBeGreaterThan(5);
    for (const { example } of mutations) {
      const { response, statements } = await fixture.executeCounted(example?.text ?? '');
      expect([response.status, errorCodes(response)[0], statements]).toEqual([401, 'UNAUTHENTICATED', []]);
    }
  });

  test('rejects a bad token as POST /graphql does, and never serves it as anonymous', async () => {
    const bad = signToken(fixture.seeded.bob, { aud: 'another' });
    const response = await fixture.api.send(ACCESS_MAP_PATH, { headers: { authorization: `Bearer ${bad}` } });
    const expected = await fixture.api.execute('{ status { ok } }', { token: bad });
    expect([response.status, response.body, response.headers.get('www-authenticate')]).toEqual([
      401,
      expected.body,
      expected.headers.get('www-authenticate'),
    ]);
    expect(comparableText(response)).not.toContain('types');
    const malformed = await fixture.api.send(ACCESS_MAP_PATH, { headers: { authorization: 'Basic YTpi' } });
    expect([malformed.status, errorCodes(malformed)]).toEqual([400, ['BAD_REQUEST']]);
  });

  test('forbids caches to keep it, and tells them what it depends on', async () => {
    for (const caller of ['anonymous', 'USER'] as const) {
      const { headers } = await request(caller);
      expect([headers.get('cache-control'), headers.get('vary')]).toEqual([
        'private, no-store',
        'Authorization, Origin',
      ]);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  // covers: ACCESSPAGE-01
  test('does not exist where INTROSPECTION is off', async () => {
    const api = await startTestApi(fixture.seeded.source, 'off');
    onTestFinished(api.close);
    const response = await request('USER', api);
    expect([response.status, errorCodes(response)]).toEqual([404, ['NOT_FOUND']]);
  });
});

/** The document's own words, which names of the schema may equal by chance. */
const PROSE = [
  'caller audiences legend types name description fields coordinate type requires isPublic cells outcome label rules',
  'directive source ownerArguments accepts rows table predicate policies example kind text role owner other query mutation',
  'status Health pages and first-time visitors ask before anyone has signed in',
];
