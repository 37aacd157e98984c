import type { ApolloClient } from '@apollo/client';
import { ServerError } from '@apollo/client/errors';
import { ApolloLink } from '@apollo/client/link';
import { parse, separateOperations, type DocumentNode } from 'graphql';
import { lastValueFrom, tap } from 'rxjs';
import { type Answer, type ResponseBody, toAnswer } from './answer.ts';

/** An operation as an explorer has it: text. */
export interface OperationText {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | null | undefined;
}

/** How an operation is sent. */
export interface SendOptions {
  /** The link of the app, which attaches and renews the viewer's token; or one without a token. */
  readonly link: ApolloLink;
  readonly client: ApolloClient;
  /** Whether to ask for an explanation; where EXPLAIN is off, CORS does not allow its header. */
  readonly explain: boolean;
}

/**
 * Sends an operation of an explorer through a link, and returns the API's answer, whatever its status.
 * @throws {GraphQLError} if the text is not a GraphQL document
 * @throws the error of the link if the API does not answer
 */
export async function sendRequest(operation: OperationText, { link, client, explain }: SendOptions): Promise<Answer> {
  let status = 0;
  const recordStatus = new ApolloLink((sent, forward) => {
    const record = () => {
      const { response } = sent.getContext();
      status = response instanceof Response ? response.status : status;
    };
    return forward(sent).pipe(tap({ next: record, error: record }));
  });
  const request = {
    query: selectOperation(parse(operation.query), operation.operationName),
    variables: operation.variables ?? {},
    context: explain ? { headers: { 'x-explain': '1' } } : {},
  };
  try {
    const body = await lastValueFrom(ApolloLink.execute(recordStatus.concat(link), request, { client }));
    return toAnswer(status, body as ResponseBody);
  } catch (error) {
    if (!ServerError.is(error)) throw error;
    return toAnswer(error.statusCode, JSON.parse(error.bodyText) as ResponseBody);
  }
}

/** Returns the document with one of its operations: links send the first one's name. */
function selectOperation(document: DocumentNode, name: string | null | undefined): DocumentNode {
  return (name && separateOperations(document)[name]) || document;
}
