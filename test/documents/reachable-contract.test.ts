import fs from 'node:fs';
import {
  getNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isObjectType,
  parse,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { expect, test } from 'vitest';
import { accessMap, checkSchema } from '../../server/access/index.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import { inRoot } from '../../server/operations/paths.ts';

/** What a signed-in user may use and the web client does not, and why. */
const NOT_USED: Readonly<Record<string, string>> = {
  'Query.user': 'It is `viewer` under another name.',
  'Query.user(id:)': 'As above.',
  'Query.tasks(userId:)': 'Only the viewer’s own id is allowed, and it is the default.',
  'User.tasks': 'It is the list of `Query.tasks`.',
  'User.tasks(filter:)': 'As above.',
  'User.tasks(orderBy:)': 'As above.',
  'User.tasks(first:)': 'As above.',
  'User.tasks(after:)': 'As above.',
  'Task.userId': 'It is always the viewer.',
  'Step.userId': 'It is always the viewer.',
  'Step.task': 'The client reads steps from their task.',
  'AuthEventConnection.edges': 'The client pages by `pageInfo` and reads `nodes`.',
  'AuthEventEdge.cursor': 'As above.',
  'AuthEventEdge.node': 'As above.',
  'PageInfo.hasPreviousPage': 'The lists are read forwards.',
  'PageInfo.startCursor': 'As above.',
};

/** Returns the coordinates of all fields, arguments and input fields that a user or an administrator may use. */
function usable(schema: GraphQLSchema): Set<string> {
  const found = new Set<string>();
  const addInput = (name: string) => {
    const type = schema.getType(name);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (found.has(coordinate)) continue;
      found.add(coordinate);
      addInput(getNamedType(field.type).name);
    }
  };
  for (const { coordinate, cells } of accessMap(checkSchema(schema)).fields) {
    if ([cells['role USER'], cells['role ADMIN']].every((cell) => cell?.outcome === 'refused')) continue;
    found.add(coordinate);
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const type = schema.getType(typeName);
    for (const argument of (isObjectType(type) && type.getFields()[fieldName]?.args) || []) {
      found.add(`${coordinate}(${argument.name}:)`);
      addInput(getNamedType(argument.type).name);
    }
  }
  return found;
}

/** Returns the coordinates that operations use. A variable of an input type uses all its fields. */
function used(schema: GraphQLSchema, text: string): Set<string> {
  const found = new Set<string>();
  const addInput = (name: string) => {
    const type = schema.getType(name);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      found.add(`${type.name}.${field.name}`);
      addInput(getNamedType(field.type).name);
    }
  };
  const info = new TypeInfo(schema);
  const parent = () => info.getParentType()?.name ?? '';
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field: ({ name }) => void found.add(`${parent()}.${name.value}`),
      Argument: ({ name }) => void found.add(`${parent()}.${info.getFieldDef()?.name}(${name.value}:)`),
      ObjectField: ({ name }) => void found.add(`${getNamedType(info.getParentInputType())?.name}.${name.value}`),
      VariableDefinition: ({ type }) => {
        const named = getNamedType(typeFromAST(schema, type));
        if (named) addInput(named.name);
      },
    }),
  );
  return found;
}

const schema = executableSchema();
const operations = fs
  .globSync('web/**/*.graphql', { cwd: inRoot('.') })
  .map((file) => fs.readFileSync(inRoot(file), 'utf8'))
  .join('\n');

// covers: LIST-26
test('the web client uses every field and argument that a user may use, except those with a reason', () => {
  const covered = used(schema, operations);
  const missing = [...usable(schema)].filter((coordinate) => !covered.has(coordinate) && !(coordinate in NOT_USED));
  expect(missing).toEqual([]);
});

// covers: LIST-26
test('a field that is listed as not used exists, may be used, and is not used', () => {
  const covered = used(schema, operations);
  const allowed = usable(schema);
  expect(Object.keys(NOT_USED).filter((coordinate) => covered.has(coordinate) || !allowed.has(coordinate))).toEqual([]);
});

test('an operation uses its fields, arguments, literal input fields and the fields of its variables', () => {
  expect(
    [
      ...used(schema, 'query ($order: TaskOrder) { tasks(filter: { done: true }, orderBy: $order) { totalCount } }'),
    ].toSorted(),
  ).toEqual([
    'Query.tasks',
    'Query.tasks(filter:)',
    'Query.tasks(orderBy:)',
    'TaskConnection.totalCount',
    'TaskFilter.done',
    'TaskOrder.direction',
    'TaskOrder.field',
  ]);
});
