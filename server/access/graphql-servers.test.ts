import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  Source,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ada, ben, NOW } from './test-harness.ts';
import {
  AccessBreach,
  accessDirectiveSdl,
  type AccessViewer,
  checkSchema,
  createPlanner,
  guardSchema,
  authorize,
  type Refusal,
  refusalError,
  loadSchema,
} from './index.ts';

/** A schema whose resolvers ignore the viewer, so that only the guard protects rows. */
const SDL = `
  enum Role { USER ADMIN }
  type Query {
    open: String @public(reason: "For everyone.")
    task(id: ID!): Task @auth
    stream: [Task] @auth
    tasks(userId: ID @owner): [Task!]! @auth
    log: [String!]! @auth(roles: [ADMIN])
    fresh: Int @auth(maxAge: 300)
  }
  type Mutation @auth { finish(id: ID!): Task }
  type Task @owner { id: ID! userId: ID! title: String! }
`;
const TASKS = [
  { id: '1', userId: 'ada', title: 'Water the plants' },
  { id: '2', userId: 'ben', title: 'SECRET' },
];

interface Context {
  readonly viewer: AccessViewer | null;
}

/** The response of either server. */
interface ServerResponse {
  readonly status: number;
  readonly body: { readonly data?: unknown; readonly errors?: readonly Complaint[] };
}
interface Complaint {
  readonly message: string;
  readonly locations?: readonly { line: number; column: number }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const breaches: AccessBreach[] = [];
const ran: string[] = [];

function protectedSchema() {
  const byId = (_: unknown, { id }: { id: string }) => {
    ran.push(id);
    return TASKS.find((task) => task.id === id);
  };
  const schema: GraphQLSchema = makeExecutableSchema({
    typeDefs: loadSchema([new Source(accessDirectiveSdl, 'access.graphql'), new Source(SDL, 'schema.graphql')]),
    resolvers: {
      Query: {
        open: () => 'Come in.',
        task: byId,
        stream: async function* stream() {
          yield* TASKS;
        },
        tasks: (_: unknown, __: unknown, { viewer }: Context) =>
          TASKS.filter(({ userId }) => userId === viewer?.userId),
        log: () => ['a line'],
        fresh: () => 1,
      },
      Mutation: { finish: byId },
    },
  });
  const policy = checkSchema(schema);
  guardSchema<Context>(policy, {
    viewerOf: ({ viewer }) => viewer,
    onBreach: (breach) => void breaches.push(breach),
  });
  return { schema, policy, plan: createPlanner(policy) };
}

const STATUS = { UNAUTHENTICATED: 401, STEP_UP_REQUIRED: 401, FORBIDDEN: 403, EMAIL_NOT_VERIFIED: 403 } as const;
const FAILED = { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };

function statusOf([refusal]: readonly Refusal[]): number {
  return refusal ? STATUS[refusal.reason] : 500;
}

function isBreach({ originalError }: GraphQLError): boolean {
  return originalError instanceof AccessBreach;
}

/** Apollo Server: a plugin returns refusals before execution, and replaces a response that contains a breach. */
async function apollo() {
  const { schema, policy, plan } = protectedSchema();
  const access: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, request, contextValue }) => {
        const variables = request.variables ?? {};
        const planned = plan(document, operation, variables);
        const decision = authorize(policy, planned, operation, variables, contextValue.viewer, NOW);
        if (decision.kind === 'allowed') return null;
        const [errors, status] =
          decision.kind === 'refused'
            ? [decision.refusals.map(refusalError), statusOf(decision.refusals)]
            : [decision.errors, 400];
        const singleResult = { errors: errors.map((error) => error.toJSON()) };
        return { body: { kind: 'single', singleResult }, http: { status, headers: new HeaderMap() } };
      },
      willSendResponse: async ({ errors, response }) => {
        if (!errors?.some(isBreach)) return;
        response.http.status = 500;
        response.body = { kind: 'single', singleResult: { errors: [FAILED] } };
      },
    }),
  };
  const server = new ApolloServer<Context>({ schema, plugins: [access], stopOnTerminationSignals: false });
  await server.start();
  return {
    stop: () => server.stop(),
    async ask(query: string, viewer: AccessViewer | null, variables: Record<string, unknown>): Promise<ServerResponse> {
      const { body, http } = await server.executeOperation({ query, variables }, { contextValue: { viewer } });
      if (body.kind !== 'single') throw new Error('The response is incremental.');
      return {
        status: http.status ?? 200,
        body: JSON.parse(JSON.stringify(body.singleResult)) as ServerResponse['body'],
      };
    },
  };
}

/** The part of GraphQL Yoga used here. Its own types would augment GraphQLError in the whole repository. */
interface YogaPackage {
  createYoga(options: {
    schema: GraphQLSchema;
    plugins: readonly { onExecute(execution: Execution): { onExecuteDone(done: Done): void } | undefined }[];
    logging: boolean;
    context(initial: { request: Request }): Context;
  }): { fetch(request: Request): Promise<Response>; dispose(): Promise<void> };
}
interface Execution {
  readonly args: {
    readonly document: DocumentNode;
    readonly operationName?: string | null;
    readonly variableValues?: Record<string, unknown> | null;
    readonly contextValue: Context;
  };
  setResultAndStopExecution(result: ExecutionResult): void;
}
interface Done {
  readonly result: ExecutionResult;
  setResult(result: ExecutionResult): void;
}
const YOGA: string = 'graphql-yoga';

/** GraphQL Yoga with its own executor: a plugin prevents the execution, or replaces its result. */
async function yoga() {
  const { createYoga } = (await import(YOGA)) as YogaPackage;
  const { schema, policy, plan } = protectedSchema();
  const withStatus = ({ message, nodes, extensions }: GraphQLError, status: number) =>
    new GraphQLError(message, { ...(nodes && { nodes }), extensions: { ...extensions, http: { status } } });
  const access = {
    onExecute({ args, setResultAndStopExecution }: Execution) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) throw new Error('The document has no such operation.');
      const variables = args.variableValues ?? {};
      const planned = plan(args.document, operation, variables);
      const decision = authorize(policy, planned, operation, variables, args.contextValue.viewer, NOW);
      if (decision.kind !== 'allowed') {
        const [errors, status] =
          decision.kind === 'refused'
            ? [decision.refusals.map(refusalError), statusOf(decision.refusals)]
            : [decision.errors, 400];
        setResultAndStopExecution({ errors: errors.map((error) => withStatus(error, status)) });
        return undefined;
      }
      return {
        onExecuteDone({ result, setResult }: Done) {
          if (!result.errors?.some(isBreach)) return;
          setResult({ errors: [withStatus(new GraphQLError(FAILED.message, FAILED), 500)] });
        },
      };
    },
  };
  const viewers = new WeakMap<Request, AccessViewer | null>();
  const server = createYoga({
    schema,
    plugins: [access],
    logging: false,
    context: ({ request }) => ({ viewer: viewers.get(request) ?? null }),
  });
  return {
    stop: () => server.dispose(),
    async ask(query: string, viewer: AccessViewer | null, variables: Record<string, unknown>): Promise<ServerResponse> {
      const request = new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      viewers.set(request, viewer);
      const response = await server.fetch(request);
      return { status: response.status, body: (await response.json()) as ServerResponse['body'] };
    },
  };
}

// covers: ENGINE-14
describe.each([
  ['Apollo Server', apollo],
  ['GraphQL Yoga', yoga],
])('the engine in %s', (_, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    breaches.length = 0;
    ran.length = 0;
  });
  const ask = (query: string, viewer: AccessViewer | null = ada, variables: Record<string, unknown> = {}) =>
    server.ask(query, viewer, variables);

  test('returns the data of an allowed request', async () => {
    expect(await ask('{ open }', null)).toEqual({ status: 200, body: { data: { open: 'Come in.' } } });
    const { body } = await ask('{ tasks { title } task(id: "1") { title } }');
    expect(body).toEqual({ data: { tasks: [{ title: 'Water the plants' }], task: { title: 'Water the plants' } } });
    expect((await ask('{ log }', { ...ada, roles: ['ADMIN'] })).body).toEqual({ data: { log: ['a line'] } });
  });

  test('refuses a request without a token with 401 before any resolver runs, one error for each coordinate', async () => {
    const { status, body } = await ask('{ open task(id: "1") { title } }', null);
    expect(status).toBe(401);
    expect(body).toEqual({
      errors: [
        {
          message: 'Sign in to use this.',
          locations: [{ line: 1, column: 8 }],
          extensions: { code: 'UNAUTHENTICATED', coordinate: 'Query.task' },
        },
        {
          message: 'Sign in to use this.',
          locations: [{ line: 1, column: 24 }],
          extensions: { code: 'UNAUTHENTICATED', coordinate: 'Task.title' },
        },
      ],
    });
    expect(ran).toEqual([]);
  });

  test('refuses a request without the role with 403 and without data', async () => {
    const { status, body } = await ask('{ open log }');
    expect(status).toBe(403);
    expect(body).not.toHaveProperty('data');
    expect(body.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', coordinate: 'Query.log' }]);
  });

  test('refuses a stale sign-in with STEP_UP_REQUIRED', async () => {
    const { status, body } = await ask('{ fresh }', { ...ada, authTime: NOW - 301 });
    expect(status).toBe(401);
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'STEP_UP_REQUIRED',
      coordinate: 'Query.fresh',
      maxAge: 300,
    });
  });

  test.each(['{ tasks(userId: "ben") { title } }', 'query ($of: ID = "ben") { tasks(userId: $of) { title } }'])(
    'refuses another user’s id with 403: %s',
    async (text) => {
      const { status, body } = await ask(text);
      expect(status).toBe(403);
      expect(body).not.toHaveProperty('data');
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', coordinate: 'Query.tasks(userId:)' });
    },
  );

  test('allows each viewer their own id', async () => {
    const text = 'query ($of: ID) { tasks(userId: $of) { userId } }';
    expect((await ask(text, ada, { of: 'ada' })).body).toEqual({ data: { tasks: [{ userId: 'ada' }] } });
    expect((await ask(text, ben, { of: 'ben' })).body).toEqual({ data: { tasks: [{ userId: 'ben' }] } });
    expect((await ask(text, ben, { of: 'ada' })).status).toBe(403);
  });

  test('returns coercion errors only to viewers who may use the field', async () => {
    const text = 'query ($of: ID) { tasks(userId: $of) { userId } }';
    expect((await ask(text, ada, { of: { no: 'id' } })).status).toBe(400);
    expect((await ask(text, null, { of: { no: 'id' } })).status).toBe(401);
  });

  test.each([
    ['a query', '{ open task(id: "2") { title } own: task(id: "1") { title } }', 'Query.task'],
    ['a mutation', 'mutation { finish(id: "2") { title } }', 'Mutation.finish'],
  ])('reports another user’s object in %s as a breach and returns no data', async (_kind, text, coordinate) => {
    const { status, body } = await ask(text);
    expect(breaches).toMatchObject([{ coordinate, ownerId: 'ben', viewerId: 'ada' }]);
    expect(body).toEqual({ errors: [FAILED] });
    expect(status).toBe(500);
  });

  test('refuses an async iterable of owned objects, also in an executor that supports them', async () => {
    const { body } = await ask('{ stream { title } }');
    expect(body).toEqual({ errors: [FAILED] });
    expect(breaches).toMatchObject([{ coordinate: 'Query.stream', ownerId: null, viewerId: 'ada' }]);
  });
});
