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

/** Whether a row is this viewer's by every one of these rules. */
function isOwn(rules: readonly RuleSpec[], row: Row, viewer: AccessViewer | null): boolean {
  return rules.every(
    ({ field = 'userId', orRoles = [] }) =>
      viewer !== null &&
      (row.fields.get(field) === viewer.userId || orRoles.some((role) => viewer.roles.includes(role))),
  );
}

/** What a look at the bare rows tells of an answer. */
interface Foreseen {
  foreign: boolean;
  /** A field that must not be null was refused: what stands beside it may be left undone. */
  cutShort: boolean;
}

function foresee(
  walk: OperationWalk,
  viewer: AccessViewer | null,
  row: Row,
  selections: SelectionSetNode,
  seen: Foreseen,
): void {
  const type = typeNamed(walk.spec, row.type);
  for (const { name, selectionSet } of fieldsOn(walk, type, selections)) {
    const field = type.fields.find((candidate) => candidate.name === name.value);
    if (field === undefined) continue;
    if (isOwn(ownersOfField(walk.spec, type, field.name), row, viewer)) {
      if (selectionSet) look(row.fields.get(field.name) ?? null, selectionSet);
    } else if (field.type.endsWith('!')) seen.cutShort = true;
  }

  function look(viewerRoles: PlainValue, inner: SelectionSetNode): void {
    if (viewerRoles === null || typeof viewerRoles !== 'object') return;
    if (!('type' in viewerRoles)) return viewerRoles.forEach((item) => look(item, inner));
    if (isOwn(ownersOfType(walk.spec, viewerRoles.type), viewerRoles, viewer))
      foresee(walk, viewer, viewerRoles, inner, seen);
    else seen.foreign = true;
  }
}

function guarded(spec: SchemaSpec, choices: Choices, breaches: AccessBreach[]) {
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
  });
  return schema;
}

/** One request to a guarded schema, compared with what the bare rows tell of it; null where nothing ran at all. */
async function compare(spec: SchemaSpec, ofDocument: Choices, choices: Choices): Promise<'rang' | 'quiet' | null> {
  const { text, operation: index, variables: all } = randomDocument(ofDocument, spec);
  const variables = Object.fromEntries(Object.entries(all).filter(([, value]) => typeof value === 'boolean'));
  const viewer = choices.oneIn(8) ? null : { ...ada, roles: choices.subset(['ADMIN', 'AUDITOR']) };
  const document = parse(text);
  const operation = document.definitions[index] as OperationDefinitionNode;
  const root = randomRow(choices, spec, operation.operation === 'query' ? 'Query' : 'Mutation');
  const seen: Foreseen = { foreign: false, cutShort: false };
  foresee({ spec, document, operation, variables }, viewer, root, operation.selectionSet, seen);

  const breaches: AccessBreach[] = [];
  const { data, errors = [] } = await execute({
    schema: guarded(spec, choices, breaches),
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
  const rang = errors.some(isBreach);
  expect(rang && !seen.foreign, subject).toBe(false);
  if (!seen.cutShort) expect([rang, breaches.length > 0], subject).toEqual([seen.foreign, seen.foreign]);
  expect(
    errors.filter((error) => !isBreach(error) && error.extensions['code'] !== 'FORBIDDEN'),
    subject,
  ).toEqual([]);
  return rang ? 'rang' : 'quiet';
}

/** What a caller must not see has a mark. */
function markerFor(spec: SchemaSpec, viewer: AccessViewer | null): OverrideField {
  const marks: Readonly<Record<string, unknown>> = { id: 'SECRET', tags: ['SECRET'], size: 31_337 };
  return (row, field) => {
    const type = typeNamed(spec, row.type);
    const owners = [...ownersOfType(spec, type.name), ...ownersOfField(spec, type, field)];
    return isOwn(owners, row, viewer) ? undefined : marks[field];
  };
}

// covers: ACCESS-14, ENGINE-06
test('no foreign row leaves, and the alarm rings exactly where one would have', PROPERTY_TIMEOUT, async () => {
  const outcomes = { rang: 0, quiet: 0 };
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
  expect(outcomes.rang).toBeGreaterThan(RUNS / 20);
  expect(outcomes.quiet).toBeGreaterThan(RUNS / 20);
});
