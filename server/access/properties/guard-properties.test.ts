import { assert, asyncProperty, tuple } from 'fast-check';
import {
  execute,
  type GraphQLError,
  isAbstractType,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { AccessBreach, guardSchema } from '../guard.ts';
import { ada, createTestSchema } from '../test-harness.ts';
import type { AccessViewer } from '../access-viewer.ts';
import { Choices, decisions } from './random-choices.ts';
import { fieldsOn, typeNamed, type OperationWalk } from './collect-fields.ts';
import { ownersOfField, ownersOfType } from './authorization-model.ts';
import { awaitable, wrapRow, type OverrideField, type PlainValue, randomRow, type Row } from './random-data.ts';
import { randomDocument } from './random-operation.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema, type RuleSpec, type SchemaSpec } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

const RUNS = 600;

/** Whether a row satisfies every owner rule. */
function isOwn(rules: readonly RuleSpec[], row: Row, viewer: AccessViewer | null): boolean {
  return rules.every(
    ({ field = 'userId', orRoles = [] }) =>
      viewer !== null &&
      (row.fields.get(field) === viewer.userId || orRoles.some((role) => viewer.roles.includes(role))),
  );
}

/** The outcome that the unwrapped rows imply. */
interface ExpectedOutcome {
  foreign: boolean;
  /** Whether a non-null field is refused: graphql-js may then not complete its siblings. */
  nullPropagates: boolean;
}

function predict(
  walk: OperationWalk,
  viewer: AccessViewer | null,
  row: Row,
  selections: SelectionSetNode,
  expected: ExpectedOutcome,
): void {
  const type = typeNamed(walk.spec, row.type);
  for (const { name, selectionSet } of fieldsOn(walk, type, selections)) {
    const field = type.fields.find((candidate) => candidate.name === name.value);
    if (field === undefined) continue;
    if (isOwn(ownersOfField(walk.spec, type, field.name), row, viewer)) {
      if (selectionSet) visit(row.fields.get(field.name) ?? null, selectionSet);
    } else if (field.type.endsWith('!')) expected.nullPropagates = true;
  }

  function visit(value: PlainValue, inner: SelectionSetNode): void {
    if (value === null || typeof value !== 'object') return;
    if (!('type' in value)) return value.forEach((item) => visit(item, inner));
    if (isOwn(ownersOfType(walk.spec, value.type), value, viewer)) predict(walk, viewer, value, inner, expected);
    else expected.foreign = true;
  }
}

function guardedSchema(spec: SchemaSpec, choices: Choices, breaches: AccessBreach[]) {
  const schema = createTestSchema(printSchema(spec));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    type.resolveType = ({ __typename: name }: { readonly __typename: string }) => {
      const kind = choices.upTo(5);
      if (kind === 4) return Promise.resolve(name);
      return kind === 5 ? (awaitable(name) as Promise<string>) : name;
    };
  }
  guardSchema<AccessViewer | null>(checkSchema(schema), {
    viewerOf: (context) => context,
    onBreach: (breach) => void breaches.push(breach),
    // This property executes operations without a decision.
    runsNulledFields: true,
  });
  return schema;
}

/** Executes one request on a guarded schema and compares the result with the prediction; null if nothing ran. */
async function compare(
  spec: SchemaSpec,
  ofDocument: Choices,
  choices: Choices,
): Promise<'breach' | 'no breach' | null> {
  const { text, operation: index, variables: all } = randomDocument(ofDocument, spec);
  const variables = Object.fromEntries(Object.entries(all).filter(([, value]) => typeof value === 'boolean'));
  const viewer = choices.oneIn(8) ? null : { ...ada, roles: choices.subset(['ADMIN', 'AUDITOR']) };
  const document = parse(text);
  const operation = document.definitions[index] as OperationDefinitionNode;
  const root = randomRow(choices, spec, operation.operation === 'query' ? 'Query' : 'Mutation');
  const expected: ExpectedOutcome = { foreign: false, nullPropagates: false };
  predict({ spec, document, operation, variables }, viewer, root, operation.selectionSet, expected);

  const breaches: AccessBreach[] = [];
  const { data, errors = [] } = await execute({
    schema: guardedSchema(spec, choices, breaches),
    document,
    operationName: operation.name?.value,
    rootValue: wrapRow(choices, root, markerFor(spec, viewer)),
    contextValue: viewer,
    variableValues: variables,
  });
  const subject = `${printSchema(spec)}\n${text}\n${JSON.stringify({ variables, viewer, data, errors })}`;
  expect(JSON.stringify({ data, errors }), subject).not.toMatch(/SECRET|31337/);
  if (data === undefined) return null;
  const isBreach = ({ originalError }: GraphQLError) => originalError instanceof AccessBreach;
  const isBreached = errors.some(isBreach);
  expect(isBreached && !expected.foreign, subject).toBe(false);
  if (!expected.nullPropagates)
    expect([isBreached, breaches.length > 0], subject).toEqual([expected.foreign, expected.foreign]);
  expect(
    errors.filter((error) => !isBreach(error) && error.extensions['code'] !== 'FORBIDDEN'),
    subject,
  ).toEqual([]);
  return isBreached ? 'breach' : 'no breach';
}

/** Replaces values that the viewer must not see by markers. */
function markerFor(spec: SchemaSpec, viewer: AccessViewer | null): OverrideField {
  const markers: Readonly<Record<string, unknown>> = { id: 'SECRET', tags: ['SECRET'], size: 31_337 };
  return (row, field) => {
    const type = typeNamed(spec, row.type);
    const owners = [...ownersOfType(spec, type.name), ...ownersOfField(spec, type, field)];
    return isOwn(owners, row, viewer) ? undefined : markers[field];
  };
}

// covers: ACCESS-14, ENGINE-06
test(
  'the guard returns no foreign row, and reports a breach exactly if a resolver returned one',
  PROPERTY_TIMEOUT,
  async () => {
    const outcomes = { breach: 0, 'no breach': 0 };
    await assert(
      asyncProperty(
        decisions,
        tuple(decisions, decisions, decisions),
        decisions,
        async (ofSchema, ofDocuments, ofData) => {
          const spec = randomSchema(new Choices(ofSchema), { withArguments: false });
          for (const ofDocument of ofDocuments) {
            const outcome = await compare(spec, new Choices(ofDocument), new Choices(ofData));
            if (outcome !== null) outcomes[outcome]++;
          }
        },
      ),
      propertySettings(RUNS),
    );
    expect(outcomes.breach).toBeGreaterThan(RUNS / 20);
    expect(outcomes['no breach']).toBeGreaterThan(RUNS / 20);
  },
);
