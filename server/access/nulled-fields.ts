import {
  type DocumentNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLFieldResolver,
  type OperationDefinitionNode,
} from 'graphql';
import { type Refusal, refusalError } from './refusal.ts';
import { UnauthorizedExecutionError } from './unauthorized-execution.ts';

/**
 * The fields that a decision makes null, in an operation that selects fields with `onRefusal: NULL`. The same object for
 * the same decision on the same plan, so that what is made of it once can be found again.
 */
export interface NulledFields {
  /** One for each coordinate; empty if none is refused. */
  readonly refusals: readonly Refusal[];
}

/**
 * The decisions by which fields with `onRefusal: NULL` run. They recognize an execution by its operation node: parsed
 * documents are shared between requests, and contexts may be shared between the operations of a batch.
 */
const decisions = new WeakMap<OperationDefinitionNode, NulledFields>();

/** The document of the last execution with each decision. */
const decidedDocuments = new WeakMap<NulledFields, DecidedDocument>();

interface DecidedDocument {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly decided: DocumentNode;
}

/** The errors that `wrapNullField` has thrown. */
const raised = new WeakSet<Error>();

/**
 * Returns a document to execute by a decision: the operation has a node of its own, for which the decision is known. The
 * same document for the same decision: an executor may keep what it makes of a document.
 * @param nulled if undefined, the operation selects no field with `onRefusal: NULL`, and the document is returned
 */
export function withDecision(
  document: DocumentNode,
  operationName: string | null | undefined,
  nulled: NulledFields | undefined,
): DocumentNode {
  if (nulled === undefined) return document;
  const operation = getOperationAST(document, operationName);
  // The execution reports it.
  if (!operation) return document;
  const known = decidedDocuments.get(nulled);
  if (known?.document === document && known.operation === operation) return known.decided;
  const own = { ...operation };
  decisions.set(own, nulled);
  const definitions = document.definitions.map((definition) => (definition === operation ? own : definition));
  const decided = { ...document, definitions };
  decidedDocuments.set(nulled, { document, operation, decided });
  return decided;
}

/** Makes a decision known for a copy of an operation. */
export function copyDecision(operation: OperationDefinitionNode, copy: OperationDefinitionNode): void {
  const nulled = decisions.get(operation);
  if (nulled !== undefined) decisions.set(copy, nulled);
}

/**
 * Wraps the resolver of a field with `onRefusal: NULL`: it runs only by a decision that does not refuse the field. A
 * refused field fails with the error of its refusal, at each of its positions.
 */
export function wrapNullField<Context>(
  resolve: GraphQLFieldResolver<unknown, Context>,
  coordinate: string,
): GraphQLFieldResolver<unknown, Context> {
  return (source, args, context, info) => {
    const nulled = decisions.get(info.operation);
    if (nulled === undefined) throw new UnauthorizedExecutionError(coordinate);
    const refusal = nulled.refusals.find((each) => each.coordinate === coordinate);
    if (refusal !== undefined) throw nulledFieldError({ ...refusal, nodes: info.fieldNodes });
    return resolve(source, args, context, info);
  };
}

function nulledFieldError(refusal: Refusal): GraphQLError {
  const error = refusalError(refusal);
  raised.add(error);
  return error;
}

/** Whether an error of a result is of a field that a decision made null. */
export function isNulledFieldError({ originalError }: GraphQLError): boolean {
  return originalError != null && raised.has(originalError);
}
