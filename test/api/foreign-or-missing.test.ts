import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateUuidV7 } from '../../server/uuid.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import { comparableText } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

/**
 * Derived from the schema: every argument of a root field that takes a row's id, or a list of them, with another user's row,
 * with a deleted one and with a missing one, in combination with every value of the optional arguments.
 */
const schema = executableSchema();

interface Probe {
  /** The field and its argument: `Mutation.moveTask(after:)`. */
  readonly coordinate: string;
  readonly query: string;
  /** The type of the row that the id names. */
  readonly type: 'Task' | 'Step';
  /** The variables beside the id. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Whether the id names a row; an owner's id is authorized before execution. */
const isRowId = ({ type, astNode }: GraphQLArgument) =>
  getNamedType(type).name === 'ID' && !astNode?.directives?.some(({ name }) => name.value === 'owner');

/** Returns the type whose rows an argument names: `Step` for fields on steps, unless the argument names a task. */
const rowTypeOf = (field: string, argument: string) =>
  /step$/i.test(field) && !/task/i.test(argument) ? 'Step' : 'Task';

/** Returns the values to send for an argument; each makes a document. */
function valuesOf(type: GraphQLInputType): readonly unknown[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    const fields = Object.values(named.getFields()).filter(({ astNode }) => !astNode?.directives?.length);
    const required = fields.filter((field) => isRequiredInputField(field) || field.name === 'title');
    const minimal = Object.fromEntries(required.map((field) => [field.name, valuesOf(field.type)[0]]));
    return [minimal, ...fields.map((field) => ({ ...minimal, [field.name]: valuesOf(field.type)[0] }))];
  }
  const leaves: Record<string, readonly unknown[]> = {
    Int: [1, 2, 0],
    Boolean: [true, false],
    String: ['t'],
    DateTime: ['2026-11-21T09:30:00Z'],
    Priority: ['HIGH'],
  };
  return leaves[named.name] ?? [];
}

/** Returns a selection of every field of a type, two objects deep. */
function selection(type: unknown, depth = 2): string {
  if (!isObjectType(type) || depth === 0) return '';
  const fields = Object.values(type.getFields()).filter((field) => field.args.length === 0);
  const selections = fields.map(({ name, type: of }) => {
    if (isLeafType(getNamedType(of))) return name;
    const below = selection(getNamedType(of), depth - 1);
    return below === '' ? '' : `${name} ${below}`;
  });
  return `{ __typename ${selections.join(' ')} }`;
}

function probes(): readonly Probe[] {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args.filter(isRowId).flatMap((probed) => probesOf(root?.name ?? '', field, probed)),
    ),
  );
}

function probesOf(root: string, field: GraphQLField<unknown, unknown>, probed: GraphQLArgument): readonly Probe[] {
  const others = field.args.filter((argument) => argument !== probed);
  /** For an optional argument: omitted, null and every value. For a required one: every value. */
  const choices = others.reduce<readonly Record<string, unknown>[]>(
    (combinations, { name, type }) => {
      const values = isRowId({ type } as GraphQLArgument) ? [`own ${rowTypeOf(field.name, name)}`] : valuesOf(type);
      const all = isNonNullType(type) ? values : [undefined, null, ...values];
      return combinations.flatMap((each) =>
        all.map((value) => ({ ...each, ...(value !== undefined && { [name]: value }) })),
      );
    },
    [{}],
  );
  return choices.map((variables) => {
    const used = field.args.filter(({ name }) => name === probed.name || name in variables);
    const head = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
    const args = used.map(({ name }) => `${name}: $${name}`).join(', ');
    const query = `${root.toLowerCase()} (${head}) { ${field.name}(${args}) ${selection(getNamedType(field.type))} }`;
    const coordinate = `${root}.${field.name}(${probed.name}:)`;
    return { coordinate, query, type: rowTypeOf(field.name, probed.name), variables };
  });
}

const PROBES = probes();
const fixture = setUpApiFixture();
/** A deleted task of each user, and its step. */
const deletedRows = { bob: { Task: '', Step: '' }, alice: { Task: '', Step: '' } };
beforeAll(async () => {
  const { superuser } = fixture.seeded;
  for (const name of ['bob', 'alice'] as const) {
    const owner = fixture.seeded[name];
    const task = await superuser.insertTask(owner, { title: 'deleted' });
    deletedRows[name] = { Task: task, Step: await superuser.insertStep(owner, task) };
    await superuser.rows('update app.task set deleted_at = now() where id = $1', [task]);
  }
  // The probes send this version: it must not distinguish the row from a missing one.
  await fixture.seeded.superuser.rows('update app.task set version = 2 where user_id = $1', [fixture.seeded.alice]);
});

// covers: ACCESS-18, FR-019
test('probes every row id that a root field takes', () => {
  expect([...new Set(PROBES.map(({ coordinate }) => coordinate))].toSorted()).toEqual([
    'Mutation.addStep(taskId:)',
    'Mutation.deleteStep(id:)',
    'Mutation.deleteTask(id:)',
    'Mutation.moveTask(after:)',
    'Mutation.moveTask(id:)',
    'Mutation.restoreTask(id:)',
    'Mutation.updateStep(id:)',
    'Mutation.updateTask(id:)',
    'Mutation.updateTasks(ids:)',
    'Query.task(id:)',
  ]);
});

// covers: ACCESS-18, SC-005, TASKAPI-02
describe('a foreign row, a deleted one and a missing one', () => {
  test.each(PROBES)(
    'answers a foreign or deleted id as a missing one, bytes and statements: $coordinate $variables',
    async ({ coordinate, query, type, variables }) => {
      const { seeded } = fixture;
      const own: Record<string, string> = { 'own Task': seeded.bobsTask, 'own Step': seeded.bobsStep };
      const argument = /\((\w+):\)/.exec(coordinate)?.[1] ?? '';
      const others = Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, own[String(value)] ?? value]),
      );
      const before = await seeded.alicesRows();
      const execute = (id: string) =>
        fixture.executeCounted(query, { token: signToken(seeded.bob), variables: { ...others, [argument]: id } });
      const foreign = await execute(type === 'Task' ? seeded.alicesTask : seeded.alicesStep);
      const otherType = await execute(type === 'Task' ? seeded.alicesStep : seeded.alicesTask);
      const missing = await execute(generateUuidV7());
      const foreignDeleted = await execute(deletedRows.alice[type]);
      // The viewer's own deleted task is missing everywhere except where it is restored.
      const ownDeleted = coordinate.startsWith('Mutation.restoreTask') ? [] : [await execute(deletedRows.bob[type])];
      for (const each of [foreign, otherType, foreignDeleted, ...ownDeleted]) {
        expect(comparableText(each.response)).toBe(comparableText(missing.response));
        expect(each.statements).toEqual(missing.statements);
      }
      expect(missing.response.status).toBe(200);
      expect(missing.statements.length).toBeGreaterThan(0);
      expect(missing.response.text).toMatch(/"code":"NOT_FOUND"|^\{"data":\{"\w+":null\}\}/);
      for (const spelling of [
        seeded.alicesTask.toUpperCase(),
        `{${seeded.alicesTask}}`,
        seeded.alicesTask.replaceAll('-', ''),
        `urn:uuid:${seeded.alicesTask}`,
        ` ${seeded.alicesTask}`,
      ])
        expect(comparableText((await execute(spelling)).response), spelling).toBe(comparableText(missing.response));
      expect(await seeded.alicesRows()).toEqual(before);
    },
  );
});
