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
  validate,
  valueFromASTUntyped,
} from 'graphql';
import { type Caller, ReferencePolicy, type Refusal } from './reference-policy.ts';
import { ANY_VALUE, type CursorRows, referenceResolvers } from './reference-resolvers.ts';
import type { UserName, Dataset } from './dataset.ts';

/** A request as it is sent. */
export interface Request {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Who asks: a person of the world with a good token, nobody, or somebody whose token is none. */
export type Audience =
  | { readonly kind: 'anonymous' | 'bad-token' }
  | { readonly kind: 'person'; readonly name: UserName; readonly caller: Caller };

/** What the answer has to be. `data` undefined: there is no such key. Where it holds `ANY`, any value will do. */
export interface Expectation {
  readonly status: number;
  /** Each code once, in alphabetical order. */
  readonly codes: readonly string[];
  readonly data: unknown;
}

const STATUS: Readonly<Record<Refusal, number>> = {
  UNAUTHENTICATED: 401,
  STEP_UP_REQUIRED: 401,
  FORBIDDEN: 403,
  EMAIL_NOT_VERIFIED: 403,
};

/**
 * What the product should answer, said a second time and as plainly as possible: the law from the schema's text, the
 * data from three people in memory. It shares graphql-js with the product, and nothing else.
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

  /** The schema, for whoever generates requests from it. */
  get schema(): GraphQLSchema {
    return this.#schema;
  }

  /** What this request of this audience has to be answered. A mutation changes `world`. */
  async expectedResponse(
    { query, variables }: Request,
    audience: Audience,
    dataset: Dataset,
    cursors: CursorRows,
  ): Promise<Expectation> {
    if (audience.kind === 'bad-token') return refused(401, 'UNAUTHENTICATED');
    const document = parsed(query);
    if (document === null) return refused(400, 'GRAPHQL_PARSE_FAILED');
    if (validate(this.#schema, document).length > 0) return refused(400, 'GRAPHQL_VALIDATION_FAILED');
    const operation = getOperationAST(document);
    if (!operation) return refused(400, 'OPERATION_RESOLUTION_FAILURE');

    const caller = audience.kind === 'person' ? audience.caller : null;
    const { errors } = getVariableValues(this.#schema, operation.variableDefinitions ?? [], variables);
    const reason = this.#policy.refusalFor(document, operation, variables, !errors, caller);
    if (reason !== null) return refused(STATUS[reason], reason);
    if (errors) return refused(400, 'BAD_USER_INPUT');
    const viewer = audience.kind === 'person' ? dataset.users[audience.name] : null;
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

/** An error without a code is a fault of the model: it is told as it is. */
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
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type)) continue;
    const { serialize } = type;
    type.serialize = (value) =>
      value === ANY_VALUE ? ANY_VALUE : type.name === 'DateTime' ? moment(value) : serialize(value);
    if (type.name !== 'DateTime') continue;
    type.parseValue = millisecondsOf;
    type.parseLiteral = (node) => millisecondsOf(valueFromASTUntyped(node));
  }
  return schema;
}

function moment(value: unknown): string {
  return new Date(value as number).toISOString();
}

function millisecondsOf(value: unknown): number {
  const milliseconds =
    typeof value === 'string' && /T.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new GraphQLError('no moment');
  return milliseconds;
}
