import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
} from 'graphql';
import { createCostCheck } from './cost-check.ts';
import { requestError } from '../errors.ts';
import { type CostLimits, TooComplex } from './cost-limits.ts';

/** One rule of graphql-js asks what was meant whether it may or not: that of a field without subfields. */
const SUGGESTION = ' Did you mean ';

interface DocumentValidatorOptions {
  readonly schema: GraphQLSchema;
  /** Whether `__schema` and `__type` may be asked for. */
  readonly introspection: boolean;
  readonly limits: CostLimits;
}

/**
 * Makes the stage between parsing and judging: is the document within the limits, and does it fit the schema? In this
 * order, which Apollo has no place for: its rules all run at once. What was found out holds as long as the parsed
 * document lives, so that a known one costs a look-up.
 * @returns a function whose answer is empty for a good document
 */
export function createDocumentValidator({ schema, introspection, limits }: DocumentValidatorOptions) {
  const assertCost = createCostCheck(schema, limits);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const cache = new WeakMap<DocumentNode, readonly GraphQLError[]>();

  function errorsOf(document: DocumentNode): readonly GraphQLError[] {
    const tooComplex = catchTooComplex(() => assertCost(document));
    if (tooComplex) return [tooComplex];
    return validate(schema, document, rules, { hideSuggestions: true }).map(({ message, nodes }) =>
      requestError('GRAPHQL_VALIDATION_FAILED', { message: withoutSuggestion(message), nodes }),
    );
  }

  return (document: DocumentNode): readonly GraphQLError[] => {
    const cached = cache.get(document);
    if (cached) return cached;
    const errors = errorsOf(document);
    cache.set(document, errors);
    return errors;
  };
}

/** What a caller wrote stands in some messages, whole: as an expression this took a second for 100 kB of suggestions. */
function withoutSuggestion(message: string): string {
  const at = message.endsWith('?') ? message.lastIndexOf(SUGGESTION) : -1;
  return at === -1 ? message : message.slice(0, at);
}

/** The error for what throws `TooComplex`; null for what does not. */
export function catchTooComplex(assertLimit: () => void): GraphQLError | null {
  try {
    assertLimit();
    return null;
  } catch (error) {
    if (error instanceof TooComplex) return requestError('TOO_COMPLEX');
    throw error;
  }
}
