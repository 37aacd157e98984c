import {
  buildASTSchema,
  type DocumentNode,
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  isObjectType,
  isScalarType,
  parse,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  valueFromASTUntyped,
} from 'graphql';
import { type Caller, ReferencePolicy, type Refusal } from './reference-policy.ts';
import { ANY_VALUE, type CursorRows, referenceResolvers } from './reference-resolvers.ts';
import type { UserName, Dataset } from './dataset.ts';

/** A request. */
export interface Request {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The client: a user of the dataset with a valid token, no token, or an invalid token. */
export type Audience =
  | { readonly kind: 'anonymous' | 'bad-token' }
  | { readonly kind: 'user'; readonly name: UserName; readonly caller: Caller };

/** The expected response. `data` undefined: the key is absent. `ANY` matches any value except null. */
export interface Expectation {
  readonly status: number;
  /** Distinct error codes, sorted. */
  readonly codes: readonly string[];
  readonly data: unknown;
}

const STATUS: Readonly<Record<Refusal, number>> = {
  UNAUTHENTICATED: 401,
  STEP_UP_REQUIRED: 401,
  FORBIDDEN: 403,
  EMAIL_NOT_VERIFIED: 403,
};

const RULES_WITHOUT_VALUES = specifiedRules.filter((rule) => rule !== ValuesOfCorrectTypeRule);

/**
 * An independent model of the API: the policy from the SDL text, the data of three users in memory. It shares graphql-js
 * with the product, and nothing else.
 */
export class ReferenceModel {
  readonly #schema: GraphQLSchema;
  readonly #policy: ReferencePolicy;

  /** @param sdl the contract's text */
  constructor(sdl: string) {
    const document = parse(sdl, { noLocation: true });
    this.#policy = new ReferencePolicy(document);
    this.#schema = withResolvers(buildASTSchema(document));
  }

  /** The schema, for the request generator. */
  get schema(): GraphQLSchema {
    return this.#schema;
  }

  /** Returns the expected response to a client's request. A mutation changes the dataset. */
  async expectedResponse(
    { query, variables }: Request,
    audience: Audience,
    dataset: Dataset,
    cursors: CursorRows,
  ): Promise<Expectation> {
    if (audience.kind === 'bad-token') return refused(401, 'UNAUTHENTICATED');
    const document = parsed(query);
    if (document === null) return refused(400, 'GRAPHQL_PARSE_FAILED');
    if (validate(this.#schema, document, RULES_WITHOUT_VALUES).length > 0)
      return refused(400, 'GRAPHQL_VALIDATION_FAILED');
    if (validate(this.#schema, document, [ValuesOfCorrectTypeRule]).length > 0) return refused(400, 'BAD_USER_INPUT');
    const operation = getOperationAST(document);
    if (!operation) return refused(400, 'OPERATION_RESOLUTION_FAILURE');

    const caller = audience.kind === 'user' ? audience.caller : null;
    const { errors } = getVariableValues(this.#schema, operation.variableDefinitions ?? [], variables);
    const reason = this.#policy.refusalFor(document, operation, variables, !errors, caller);
    if (reason !== null) return refused(STATUS[reason], reason);
    if (errors) return refused(400, 'BAD_USER_INPUT');
    const viewer = audience.kind === 'user' ? dataset.users[audience.name] : null;
    return this.#run(document, variables, operation.operation === 'mutation', { dataset, viewer, cursors });
  }

  async #run(
    document: DocumentNode,
    variableValues: Readonly<Record<string, unknown>>,
    isMutation: boolean,
    contextValue: unknown,
  ): Promise<Expectation> {
    const result = await execute({ schema: this.#schema, document, variableValues, contextValue });
    const codes = new Set((result.errors ?? []).map((error) => codeOf(error)));
    const data: unknown = codes.size > 0 && isMutation ? null : result.data;
    return { status: 200, codes: [...codes].toSorted(), data };
  }
}

function parsed(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

function refused(status: number, code: string): Expectation {
  return { status, codes: [code], data: undefined };
}

/** An error without a code is a bug in the model: it is rethrown. */
function codeOf(error: GraphQLError): string {
  const code = error.extensions['code'];
  if (typeof code === 'string') return code;
  if (error.originalError && !(error.originalError instanceof GraphQLError)) throw error.originalError;
  return 'BAD_USER_INPUT';
}

function withResolvers(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, fields] of Object.entries(referenceResolvers)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    for (const [field, resolve] of Object.entries(fields)) {
      const known = type.getFields()[field];
      if (known) known.resolve = resolve;
    }
  }
  for (const root of [schema.getQueryType(), schema.getMutationType()])
    for (const { name, resolve } of Object.values(root?.getFields() ?? {}))
      if (resolve === undefined)
        throw new Error(`The model has no ${root?.name}.${name}: add it to test/attack/reference-resolvers.ts.`);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type)) continue;
    const { serialize } = type;
    type.serialize = (value) =>
      value === ANY_VALUE ? ANY_VALUE : type.name === 'DateTime' ? timestamp(value) : serialize(value);
    if (type.name !== 'DateTime') continue;
    type.parseValue = millisecondsOf;
    type.parseLiteral = (node) => millisecondsOf(valueFromASTUntyped(node));
  }
  return schema;
}

function timestamp(value: unknown): string {
  return new Date(value as number).toISOString();
}

function millisecondsOf(value: unknown): number {
  const milliseconds =
    typeof value === 'string' && /T.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new GraphQLError('not a timestamp');
  return milliseconds;
}
