import { sample } from 'fast-check';
import { type DocumentNode, type OperationDefinitionNode, parse } from 'graphql';
import type { AccessViewer } from '../../access-viewer.ts';
import { exampleOperations } from '../../example-operation.ts';
import { Choices, decisions } from '../../properties/random-choices.ts';
import { randomDocument } from '../../properties/random-operation.ts';
import { randomSchema } from '../../properties/random-schema.ts';
import { printSchema, type SchemaSpec } from '../../properties/schema-spec.ts';
import { ada, ben, createTestSchema, NOW } from '../../test-harness.ts';
import type { SuiteRequest } from './start-server.ts';

const SEED = 20_261_122;
const SCHEMAS = 10;
const DOCUMENTS = 6;
/** The shortest operations that select one field: few rules refuse them, so that many reach the guard. */
const SHORTEST = 8;
/** Longer documents are sent by POST: servers limit the length of a URL. */
const LONGEST_URL = 3_000;

/** Callers of each kind that the rules distinguish. */
const VIEWERS: readonly (AccessViewer | null)[] = [
  null,
  ada,
  ben,
  { ...ada, roles: ['ADMIN'], authTime: NOW - 61 },
  { ...ada, roles: ['USER', 'ADMIN', 'AUDITOR'], emailVerified: false },
  { ...ben, roles: ['USER', 'ADMIN', 'AUDITOR'] },
];

/** One request of the corpus. */
export interface CorpusRequest extends SuiteRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: AccessViewer | null;
  readonly foreign: boolean;
  readonly method: 'GET' | 'POST';
}

/** A schema with requests to it. */
export interface CorpusPart {
  readonly spec: SchemaSpec;
  readonly sdl: string;
  readonly requests: readonly CorpusRequest[];
}

/**
 * Returns the requests that every adapter must answer alike: random schemas with rules on types, fields, interfaces and
 * inputs; random documents with aliases, fragments, conditions, variables with defaults and several operations; callers of
 * each kind; rows of the caller and of others. The seed is fixed: every run has the same requests.
 */
export function createCorpus(): readonly CorpusPart[] {
  const numbers = sample(decisions, { seed: SEED, numRuns: SCHEMAS * (DOCUMENTS + 1) });
  const next = () => new Choices(numbers.pop() ?? []);
  return Array.from({ length: SCHEMAS }, (_, index) => {
    // Required arguments make many random requests invalid, so that few would reach the guard.
    const spec = randomSchema(next(), { withArguments: index % 2 === 0 });
    const sdl = printSchema(spec);
    const random = Array.from({ length: DOCUMENTS }, next).flatMap((choices) => randomRequests(choices, spec));
    return { spec, sdl, requests: [...random, ...shortestRequests(sdl)] };
  });
}

function randomRequests(choices: Choices, spec: SchemaSpec): readonly CorpusRequest[] {
  const { text: query, operation: index, variables } = randomDocument(choices, spec);
  const document = parse(query);
  const operation = document.definitions[index] as OperationDefinitionNode;
  const operationName = operation.name?.value ?? '';
  return VIEWERS.map((viewer) => {
    const canGet = operation.operation === 'query' && query.length + JSON.stringify(variables).length < LONGEST_URL;
    return {
      query,
      document,
      operation,
      operationName,
      // Other conditions for each caller: a plan cached for other conditions must not be used.
      variables: Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [
          name,
          typeof value === 'boolean' && choices.oneIn(3) ? !value : value,
        ]),
      ),
      viewer,
      foreign: viewer !== null && choices.oneIn(2),
      method: canGet && choices.oneIn(2) ? ('GET' as const) : ('POST' as const),
    };
  });
}

function shortestRequests(sdl: string): readonly CorpusRequest[] {
  const selecting = [...exampleOperations(createTestSchema(sdl)).values()].filter(
    ({ text }) => text.split('{').length > 2,
  );
  const step = Math.max(1, Math.floor(selecting.length / SHORTEST));
  return selecting
    .filter((_, index) => index % step === 0)
    .flatMap(({ text: query }) => {
      const document = parse(query);
      const [operation] = document.definitions as [OperationDefinitionNode];
      return [ada, { ...ada, roles: ['ADMIN', 'AUDITOR', 'USER'] }, { ...ben, roles: [] }].map((viewer, index) => {
        const foreign = index % 2 === 0;
        return { query, document, operation, variables: {}, viewer, foreign, method: 'POST' as const };
      });
    });
}
