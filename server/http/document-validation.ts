import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
} from 'graphql';
import { createCostCheck } from './cost-check.ts';
import { withoutStack } from '../access/index.ts';
import { requestError } from '../errors.ts';
import { LiteralsOfCorrectTypeRule } from './literal-rule.ts';
import { type CostLimits, TooComplex } from './cost-limits.ts';

/** ScalarLeafsRule of graphql-js adds a suggestion even with `hideSuggestions`. */
const SUGGESTION = ' Did you mean ';

/** The most errors of a document; graphql-js stops after them. Each costs a search through the text for its line. */
const MAX_ERRORS = 20;

interface DocumentValidatorOptions {
  readonly schema: GraphQLSchema;
  /** Whether `__schema` and `__type` may be selected. */
  readonly introspection: boolean;
  readonly limits: CostLimits;
}

/**
 * Creates the stage between parsing and authorization: it checks the limits, and only then validates the document. Apollo's
 * `validationRules` would not run the limits first. The result is cached for as long as the parsed document lives.
 * @returns a function that returns the errors of a document; none if it is valid
 */
export function createDocumentValidator({ schema, introspection, limits }: DocumentValidatorOptions) {
  const assertCost = createCostCheck(schema, limits);
  const valueRule = (rule: ValidationRule) => (rule === ValuesOfCorrectTypeRule ? LiteralsOfCorrectTypeRule : rule);
  const rules = [...specifiedRules.map(valueRule), ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  const cache = new WeakMap<DocumentNode, readonly GraphQLError[]>();

  function errorsOf(document: DocumentNode): readonly GraphQLError[] {
    const tooComplex = catchTooComplex(() => assertCost(document));
    if (tooComplex) return [tooComplex];
    // An invalid document can have a hundred errors: their stacks took most of the time.
    const errors = withoutStack(() =>
      validate(schema, document, rules, { hideSuggestions: true, maxErrors: MAX_ERRORS }),
    );
    return errors.map(({ message, nodes, extensions: { code, field, rule } }) =>
      requestError(code === 'BAD_USER_INPUT' ? code : 'GRAPHQL_VALIDATION_FAILED', {
        message: withoutSuggestion(message),
        nodes,
        ...(code === 'BAD_USER_INPUT' && { extensions: { field, rule } }),
      }),
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

/** Some messages quote the client's text: a regular expression took a second for 100 kB of " Did you mean ". */
function withoutSuggestion(message: string): string {
  const at = message.endsWith('?') ? message.lastIndexOf(SUGGESTION) : -1;
  return at === -1 ? message : message.slice(0, at);
}

/** Returns the error of a call that throws `TooComplex`; null if it does not throw. */
export function catchTooComplex(assertLimit: () => void): GraphQLError | null {
  try {
    assertLimit();
    return null;
  } catch (error) {
    if (error instanceof TooComplex) return requestError('TOO_COMPLEX');
    throw error;
  }
}
