import {
  execute,
  type ExecutionResult,
  getNamedType,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  isCompositeType,
} from 'graphql';
import type { AccessViewer } from '../../access-viewer.ts';
import { expectedDecision, ownersOfField, ownersOfType } from '../../properties/authorization-model.ts';
import { typeNamed } from '../../properties/collect-fields.ts';
import type { RuleSpec } from '../../properties/schema-spec.ts';
import { NOW } from '../../test-harness.ts';
import type { CorpusPart, CorpusRequest } from './corpus.ts';
import { corpusSchema, type CorpusRow } from './corpus-schema.ts';
import type { SuiteContext } from './start-server.ts';

/** What a server must answer to a request of the corpus. */
export type ExpectedAnswer =
  | { readonly kind: 'refused'; readonly reason: string; readonly coordinates: ReadonlySet<string> }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'breach' }
  | { readonly kind: 'data'; readonly result: ExecutionResult };

/** The answers to a request: with the rules enforced, and in report mode, which executes what is refused. */
export interface ExpectedAnswers {
  readonly enforced: ExpectedAnswer;
  readonly reported: ExpectedAnswer;
  /** The fields that enforcement makes null, each with its code. */
  readonly nulled: ReadonlyMap<string, string>;
  /** Whether a variable cannot be coerced: Mercurius says so before any hook. */
  readonly hasInvalidVariables: boolean;
}

/**
 * Returns a function that says what a server must answer. It shares no code with the engine: decisions are of the model
 * in properties/, results of graphql-js with resolvers that compare owners by the schema as data.
 */
export function createModel({ spec, sdl }: CorpusPart): (request: CorpusRequest) => Promise<ExpectedAnswers> {
  let foreignRows = 0;
  let nulled: ReadonlyMap<string, string> = new Map();
  const schema: GraphQLSchema = corpusSchema(sdl, (resolve) => (source, args, context, info) => {
    const viewer = context.token === null ? null : (JSON.parse(context.token) as AccessViewer);
    const type = typeNamed(spec, info.parentType.name);
    const code = nulled.get(`${type.name}.${info.fieldName}`);
    if (code !== undefined) throw new GraphQLError('Refused.', { extensions: { code } });
    if (!owns(ownersOfField(spec, type, info.fieldName), source, viewer))
      throw new GraphQLError('Not authorized.', { extensions: { code: 'FORBIDDEN' } });
    const value: unknown = resolve(source, args, context, info);
    if (isCompositeType(getNamedType(info.returnType)))
      for (const row of rowsIn(value)) if (!owns(ownersOfType(spec, row.type), row, viewer)) foreignRows++;
    return value;
  });

  return async (request) => {
    const { document, operation, variables, viewer } = request;
    const operationName = request.operationName ?? null;
    const decision = expectedDecision({ spec, document, operation, variables }, viewer, NOW);
    const contextValue: SuiteContext = {
      token: viewer === null ? null : JSON.stringify(viewer),
      foreign: request.foreign,
    };
    const executeWithout = async (fields: typeof nulled): Promise<ExpectedAnswer> => {
      nulled = fields;
      foreignRows = 0;
      const result = await execute({ schema, document, operationName, variableValues: { ...variables }, contextValue });
      if (foreignRows > 0) return { kind: 'breach' };
      return result.data === undefined ? { kind: 'invalid' } : { kind: 'data', result };
    };
    const nulledFields = decision.kind === 'allowed' ? decision.nulled : new Map<string, string>();
    const executed = await executeWithout(nulledFields);
    const coercion = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
    return {
      enforced: decision.kind === 'allowed' ? executed : decision,
      reported: nulledFields.size === 0 ? executed : await executeWithout(new Map()),
      nulled: nulledFields,
      hasInvalidVariables: coercion.errors !== undefined,
    };
  };
}

function owns(rules: readonly RuleSpec[], row: CorpusRow | undefined, viewer: AccessViewer | null): boolean {
  return rules.every(
    ({ field = 'userId', orRoles = [] }) =>
      viewer !== null && (row?.[field] === viewer.userId || orRoles.some((role) => viewer.roles.includes(role))),
  );
}

function rowsIn(value: unknown): readonly CorpusRow[] {
  if (Array.isArray(value)) return value.flatMap(rowsIn);
  return value === null || value === undefined ? [] : [value as CorpusRow];
}
