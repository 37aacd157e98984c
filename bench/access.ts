import { Source, parse, type OperationDefinitionNode } from 'graphql';
import {
  accessDirectives,
  type AccessViewer,
  checkSchema,
  createPlanner,
  judge,
  readSchema,
} from '../server/access/index.ts';
import { executableSchema } from '../server/schema.ts';

/** What the engine costs: judging a large schema at start, and judging a known operation on each request. */
export function benchAccess(print: (line: string) => void): void {
  print('The access engine');
  benchStart(print);
  benchRequest(print);
}

const TYPES = 5_000;

function benchStart(print: (line: string) => void): void {
  const types = Array.from(
    { length: TYPES },
    (_, index) =>
      `type T${index} @owner { id: ID! userId: ID! next: T${(index + 1) % TYPES} note: String @auth(roles: [ADMIN]) }`,
  );
  const text = `${accessDirectives} enum Role { USER ADMIN } type Query { first: T0 @auth } ${types.join('\n')}`;
  const schema = readSchema([new Source(text)]);
  const rounds = Array.from({ length: 5 }, () => {
    const before = performance.now();
    checkSchema(schema);
    return performance.now() - before;
  });
  print(
    `  ${TYPES} types, ${TYPES * 4 + 1} fields judged at start: ${median(rounds).toFixed(0)} ms (median of ${rounds.length})`,
  );
}

const OPERATIONS = {
  'list of 20': 'query ($first: Int) { tasks(first: $first) { nodes { id title done dueAt priority } totalCount } }',
  'by id, with an owner argument': 'query ($id: ID!) { user(id: $id) { id name email } }',
} as const;

const CALLS = 100_000;

function benchRequest(print: (line: string) => void): void {
  const policy = checkSchema(executableSchema());
  const planFor = createPlanner(policy);
  const viewer: AccessViewer = { userId: 'ada', roles: ['USER'], authTime: 0, emailVerified: true };
  const variables = { first: 20, id: 'ada' };
  for (const [name, text] of Object.entries(OPERATIONS)) {
    const document = parse(text);
    const operation = document.definitions[0] as OperationDefinitionNode;
    const request = (caller: AccessViewer | null) => () =>
      void judge(policy, planFor(document, operation, variables), operation, variables, caller, 0);
    const allowed = `allowed ${time(request(viewer)).toFixed(2)} µs and ${bytes(request(viewer)).toFixed(0)} bytes`;
    const refused = `refused ${time(request(null)).toFixed(2)} µs and ${bytes(request(null)).toFixed(0)} bytes`;
    print(`  ${name}: ${allowed}; ${refused}`);
  }
}

/** Microseconds a call. */
function time(call: () => void): number {
  const rounds = Array.from({ length: 5 }, () => {
    const before = performance.now();
    for (let count = 0; count < CALLS; count++) call();
    return ((performance.now() - before) * 1_000) / CALLS;
  });
  return median(rounds);
}

/** Bytes a call: over so few calls that the young generation is not collected meanwhile, in most rounds. */
function bytes(call: () => void): number {
  const few = 1_000;
  const rounds = Array.from({ length: 31 }, () => {
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < few; count++) call();
    return (process.memoryUsage().heapUsed - before) / few;
  });
  return median(rounds);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
