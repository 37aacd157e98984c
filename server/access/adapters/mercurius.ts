/** Mercurius: `app.register(mercurius, …); app.register(mercuriusAccess, options)`. */
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  Kind,
  OperationTypeNode,
} from 'graphql';
import { type HttpAnswer, internalError, noSuchOperation, protect } from '../protect.ts';
import type { ProtectOptions } from '../protect-options.ts';

// Structural types: those of Mercurius would add `graphql` to every FastifyInstance and FastifyReply of a program.
interface Reply {
  code(status: number): unknown;
  headers(values: Readonly<Record<string, string>>): unknown;
}
/** The context of Mercurius. */
export interface MercuriusContext {
  readonly reply?: Reply;
  /** The operations of the batch; missing if the request is not a batch. */
  readonly operationsCount?: number;
}
type PreExecution = (
  schema: GraphQLSchema,
  document: DocumentNode,
  context: MercuriusContext,
  variables: Record<string, unknown> | null | undefined,
) => Promise<object>;
type OnResolution = (
  execution: { -readonly [Key in keyof ExecutionResult]: ExecutionResult[Key] },
  context: MercuriusContext,
) => Promise<void>;
interface MercuriusApi {
  schema: GraphQLSchema;
  addHook(name: 'preExecution', hook: PreExecution): void;
  addHook(name: 'onResolution', hook: OnResolution): void;
}
/** A Fastify instance on which Mercurius is registered. */
export interface MercuriusApp {
  addHook(name: 'onReady', hook: () => Promise<void>): unknown;
}

/** The functions that replace schema or resolvers, and with them the guard. */
const CHANGES = ['defineResolvers', 'defineLoaders', 'extendSchema', 'replaceSchema', 'transformSchema'] as const;

/**
 * Protects the schema of Mercurius when the server is ready: after all resolvers and loaders, which would overwrite the
 * guard, and as the last `preExecution` hook.
 *
 * Mercurius imports graphql-js's `execute`, so the hook gives it another document and schema to execute: one field for
 * the chosen operation, whose resolver is `protection.answer` with the real ones. Mercurius does not compile replaced
 * documents, so `jit`, whose code returns fields that `@skip` leaves out, never runs.
 */
export const mercuriusAccess = Object.assign(
  async <Context extends MercuriusContext>(app: MercuriusApp, options: ProtectOptions<Context>): Promise<void> => {
    const { graphql } = app as MercuriusApp & { readonly graphql?: unknown };
    if (!isMercurius(graphql)) throw new TypeError('Register mercurius before mercuriusAccess.');
    app.addHook('onReady', async () => installHooks(graphql, options));
  },
  // As fastify-plugin does: the hooks apply to the instance on which Mercurius is registered.
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@fieldgate/access/mercurius' },
);

function isMercurius(graphql: unknown): graphql is MercuriusApi {
  return typeof graphql === 'function' && 'schema' in graphql && 'addHook' in graphql;
}

interface PendingRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown> | null | undefined;
}

function installHooks<Context extends MercuriusContext>(api: MercuriusApi, options: ProtectOptions<Context>): void {
  const protection = protect(api.schema, options);
  for (const name of CHANGES)
    Object.assign(api, {
      [name]: () => {
        throw new TypeError(
          `Call ${name} before the server is ready: it would replace the guard of the protected schema.`,
        );
      },
    });
  const pending = new WeakMap<MercuriusContext, PendingRequest>();
  const answers = new WeakMap<MercuriusContext, HttpAnswer>();
  const runner = new GraphQLSchema({
    query: new GraphQLObjectType<unknown, MercuriusContext>({
      name: 'Query',
      fields: {
        run: {
          type: GraphQLString,
          async resolve(rootValue, _args, context, { operation }) {
            const { schema, document, variables } = pending.get(context) as PendingRequest;
            const answer = await protection.answer({
              schema,
              document,
              operationName: operation.name?.value ?? null,
              variableValues: variables ?? {},
              rootValue,
              contextValue: context as Context,
            });
            answers.set(context, answer);
            return null;
          },
        },
      },
    }),
  });

  api.addHook('preExecution', async (schema, document, context, variables) => {
    pending.set(context, { schema, document, variables });
    return { schema: runner, document: runnerDocument(document) };
  });
  api.addHook('onResolution', async (execution, context) => {
    const answer = answers.get(context) ?? (hasNoOperation(execution) ? noSuchOperation() : unanswered(context));
    const { status, headers, result } = answer;
    delete execution.data;
    Object.assign(execution, result);
    if (status === 200 || context.reply === undefined || (context.operationsCount ?? 1) > 1) return;
    context.reply.code(status);
    context.reply.headers(headers);
  });

  /** A hook after this adapter's replaced the document: nothing that it may have executed is sent. */
  function unanswered(context: MercuriusContext): HttpAnswer {
    const error = new Error('A preExecution hook replaced the document after the access decision.');
    options.onFailure(error, context as Context);
    return internalError();
  }
}

/** graphql-js's errors before it executes anything; those of fields have a path. */
const NO_OPERATION = /^(Unknown operation named |Must provide operation name )/;

/** Whether nothing was executed, because the request names no operation of the document, or none of several. */
function hasNoOperation({ errors = [] }: ExecutionResult): boolean {
  return errors.length > 0 && errors.every(({ path, message }) => path === undefined && NO_OPERATION.test(message));
}

const runnerDocuments = new WeakMap<DocumentNode, DocumentNode>();

/** Returns a document with the same operation names, each of which selects `run`: hooks do not receive the chosen name. */
function runnerDocument(document: DocumentNode): DocumentNode {
  const cached = runnerDocuments.get(document);
  if (cached !== undefined) return cached;
  const created: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const { name } = definition;
      return {
        kind: Kind.OPERATION_DEFINITION as const,
        operation: OperationTypeNode.QUERY,
        ...(name && { name }),
        selectionSet: {
          kind: Kind.SELECTION_SET as const,
          selections: [{ kind: Kind.FIELD as const, name: { kind: Kind.NAME as const, value: 'run' } }],
        },
      };
    }),
  };
  runnerDocuments.set(document, created);
  return created;
}
