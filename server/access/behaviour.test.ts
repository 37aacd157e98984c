import { execute, GraphQLScalarType, isAbstractType, isEnumType, isScalarType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { guardSchema } from './guard.ts';
import { ada, policyOf } from './harness.ts';
import { createIntrospection } from './introspect.ts';
import type { AccessViewer } from './viewer.ts';

describe('the copy of a schema that an audience is shown', () => {
  test('has the resolvers of the schema', async () => {
    const policy = policyOf('type Query @auth { open: Status } type Status @auth { ok: Boolean! }');
    const query = policy.schema.getQueryType()?.getFields()['open'];
    if (query) query.resolve = () => ({ ok: true });
    const document = parse('{ __type(name: "Secret") { name } open { ok } }');
    const { data } = await execute({ schema: createIntrospection(policy)(ada), document });
    expect(data).toEqual({ __type: null, open: { ok: true } });
  });

  test('is guarded as the schema is: also where the guard came later', async () => {
    const guarded = policyOf(`
      type Query @auth { thing: Thing any: Any } type Thing @owner(field: "id") { id: ID! } union Any = Thing`);
    const shown = createIntrospection(guarded)(ada);
    const breaches: string[] = [];
    guardSchema<AccessViewer>(guarded, {
      viewerOf: (context) => context,
      onBreach: ({ coordinate }) => void breaches.push(coordinate),
    });
    const document = parse('{ __schema { queryType { name } } thing { id } any { ... on Thing { id } } }');
    const foreign = { __typename: 'Thing', id: 'SECRET' };
    const rootValue = { thing: foreign, any: foreign };
    const { data } = await execute({ schema: shown, document, rootValue, contextValue: ada });
    expect(data).toMatchObject({ thing: null, any: null });
    expect(breaches).toEqual(['Query.thing', 'Query.any']);
  });

  test('reads and writes enum values as the schema does', async () => {
    const coded = policyOf('type Query @auth { next(kind: Kind): Kind } enum Kind { LOW HIGH }');
    const kind = coded.schema.getType('Kind');
    if (!isEnumType(kind)) throw new Error('The test has no enum.');
    const internal = {
      parseValue: (name: string) => name.toLowerCase(),
      serialize: (value: string) => value.toUpperCase(),
    };
    Object.assign(kind, internal, { parseLiteral: ({ value }: { value: string }) => value.toLowerCase() });
    const query = coded.schema.getQueryType()?.getFields()['next'];
    if (query) query.resolve = (_source, { kind: given }) => (given === 'low' ? 'high' : 'unread');
    const text = 'query ($kind: Kind) { __schema { queryType { name } } a: next(kind: LOW) b: next(kind: $kind) }';
    const schema = createIntrospection(coded)(ada);
    const { data } = await execute({ schema, document: parse(text), variableValues: { kind: 'LOW' } });
    expect(data).toMatchObject({ a: 'HIGH', b: 'HIGH' });
  });

  test('reads and writes scalars as the schema does', async () => {
    const policy = policyOf('type Query @auth { next(day: Day): Day } scalar Day');
    const day = policy.schema.getType('Day');
    if (!isScalarType(day)) throw new Error('The test has no scalar.');
    const { serialize, parseValue, parseLiteral } = new GraphQLScalarType({
      name: 'Day',
      serialize: (value) => `day ${String(value)}`,
      parseValue: (value) => Number(String(value).slice(4)),
      parseLiteral: (node) => (node.kind === 'StringValue' ? Number(node.value.slice(4)) : null),
    });
    Object.assign(day, { serialize, parseValue, parseLiteral });
    const query = policy.schema.getQueryType()?.getFields()['next'];
    if (query) query.resolve = (_source, { day: given }) => Number(given) + 1;
    const text = 'query ($day: Day) { __typename a: next(day: "day 1") b: next(day: $day) }';
    const schema = createIntrospection(policy)(ada);
    const { data } = await execute({ schema, document: parse(text), variableValues: { day: 'day 7' } });
    expect(data).toMatchObject({ a: 'day 2', b: 'day 8' });
  });

  test('tells objects apart as the schema does', async () => {
    const policy = policyOf(`
      type Query @auth { node: Node any: Any } interface Node { id: ID! @auth }
      type Lone implements Node @auth { id: ID! } type Thing @auth { id: ID! } union Any = Thing | Lone
    `);
    const node = policy.schema.getType('Node');
    if (isAbstractType(node)) node.resolveType = ({ sort }: Readonly<Record<string, string>>) => sort;
    const document = parse('{ __schema { queryType { name } } node { __typename id } any { ... on Thing { id } } }');
    const rootValue = { node: { sort: 'Lone', id: 1 }, any: { __typename: 'Thing', id: 2 } };
    const { data, errors } = await execute({ schema: createIntrospection(policy)(ada), document, rootValue });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ node: { __typename: 'Lone', id: '1' }, any: { id: '2' } });
  });
});
