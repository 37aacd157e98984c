import { assert, property, tuple } from 'fast-check';
import {
  execute as executeGraphql,
  type ExecutionResult,
  getNamedType,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import type { AccessViewer } from '../access-viewer.ts';
import { authorize } from '../authorize.ts';
import { checkSchema } from '../check-schema.ts';
import { createExecute } from '../execute.ts';
import { guardSchema } from '../guard.ts';
import { createPlanner } from '../operation-planner.ts';
import { ada, createTestSchema, NOW } from '../test-harness.ts';
import { expectedDecision } from './authorization-model.ts';
import { Choices, decisions } from './random-choices.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';
import { randomDocument } from './random-operation.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema, SCOPES } from './schema-spec.ts';

const RUNS = 800;

/** An object of Ada's. */
const OWN = { userId: 'ada', by: 'ada', maybe: 'ada' };

/** Callers whom random rules refuse for each reason. */
const VIEWERS: readonly (AccessViewer | null)[] = [
  null,
  { ...ada, roles: [] },
  { ...ada, scopes: SCOPES, authTime: NOW - 301 },
  { ...ada, roles: ['ADMIN'], emailVerified: false },
  { ...ada, roles: ['USER', 'ADMIN', 'AUDITOR'], scopes: SCOPES },
];

/** Returns a schema whose resolvers record that they ran, after a check; all objects are Ada's. */
function recordingSchema(sdl: string, ran: string[], check: (coordinate: string) => void = () => {}) {
  const schema = createTestSchema(sdl);
  const resolve: GraphQLFieldResolver<unknown, unknown> = (_source, _args, _context, info) => {
    const { returnType, parentType, fieldName, path } = info;
    check(`${parentType.name}.${fieldName}`);
    ran.push(`${parentType.name}.${fieldName} ${String(path.key)}`);
    const named = getNamedType(returnType);
    if (!isCompositeType(named)) return inLists(returnType, named.name === 'Int' ? 7 : 'ada');
    const members = isAbstractType(named) ? schema.getPossibleTypes(named) : [named];
    if (members.length === 0) return isListType(returnType) ? [] : null;
    return inLists(returnType, ...members.map(({ name }) => ({ __typename: name, ...OWN })));
  };
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields())) field.resolve = resolve;
  return schema;
}

/** A list has every value, another field the first. */
function inLists(type: GraphQLOutputType, ...values: readonly unknown[]): unknown {
  if (isNonNullType(type)) return inLists(type.ofType, ...values);
  return isListType(type) ? values.map((value) => inLists(type.ofType, value)) : values[0];
}

function summaryOf({ data, errors = [] }: ExecutionResult): string {
  const shown = errors.map(({ path, locations, extensions }) => ({ path, locations, code: extensions['code'] }));
  return JSON.stringify({ data, errors: shown });
}

// covers: ENGINE-04, RULES-03
test(
  'a request with refused fields is answered as graphql-js answers it whose resolvers throw there',
  PROPERTY_TIMEOUT,
  () => {
    const seen = { nulled: 0, partly: 0, mutations: 0 };
    assert(
      property(decisions, tuple(decisions, decisions), (ofSchema, ofDocuments) => {
        const spec = randomSchema(new Choices(ofSchema));
        const sdl = printSchema(spec);
        const [ran, expectedRan]: [string[], string[]] = [[], []];
        const policy = checkSchema(recordingSchema(sdl, ran));
        guardSchema<AccessViewer | null>(policy, { viewerOf: (viewer) => viewer ?? ada, onBreach: () => {} });
        const execute = createExecute(policy);
        const planFor = createPlanner(policy);
        let nulled: ReadonlyMap<string, string> = new Map();
        const model = recordingSchema(sdl, expectedRan, (coordinate) => {
          const code = nulled.get(coordinate);
          if (code !== undefined) throw new GraphQLError('Refused.', { extensions: { code } });
        });
        for (const ofDocument of ofDocuments) {
          const { text, operation: index, variables } = randomDocument(new Choices(ofDocument), spec);
          const document = parse(text);
          const operation = document.definitions[index] as OperationDefinitionNode;
          for (const viewer of VIEWERS) {
            const subject = `${sdl}\n${text}\n${JSON.stringify({ variables, viewer })}`;
            const plan = planFor(document, operation, variables);
            const decision = authorize(policy, plan, operation, variables, viewer, NOW);
            const expectation = expectedDecision({ spec, document, operation, variables }, viewer, NOW);
            expect(decision.kind, subject).toBe(expectation.kind);
            if (decision.kind !== 'allowed' || expectation.kind !== 'allowed') continue;
            ran.length = 0;
            expectedRan.length = 0;
            ({ nulled } = expectation);
            const args = { document, operationName: operation.name?.value, variableValues: variables, rootValue: OWN };
            const result = execute({ ...args, contextValue: viewer }, viewer, decision.nulled) as ExecutionResult;
            const expected = executeGraphql({ schema: model, ...args }) as ExecutionResult;
            expect(summaryOf(result), subject).toBe(summaryOf(expected));
            expect(ran, subject).toEqual(expectedRan);
            if (nulled.size > 0 && expected.data) seen.nulled++;
            if (nulled.size > 0 && ran.length > 1) seen.partly++;
            if (decision.nulled !== undefined && operation.operation === 'mutation') seen.mutations++;
          }
        }
      }),
      propertySettings(RUNS),
    );
    if (process.env['FIGURES']) process.stdout.write(`${JSON.stringify(seen)}\n`);
    expect(seen.nulled).toBeGreaterThan(RUNS / 10);
    expect(seen.partly).toBeGreaterThan(RUNS / 40);
    expect(seen.mutations).toBeGreaterThan(RUNS / 100);
  },
);
