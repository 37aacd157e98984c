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
 * @throws {Error} if the API does not answer, or answers with something else than JSON
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
    if (ServerError.is(error)) return toAnswer(error.statusCode, parseBody(error));
    // fetch rejects with a TypeError, whose message differs between browsers, if there is no response.
    if (!(error instanceof TypeError)) throw error;
    throw new Error(`The API does not answer (${error.message}). Send the request again when it runs.`, {
      cause: error,
    });
  }
}

function parseBody({ bodyText, statusCode }: ServerError): ResponseBody {
  try {
    return JSON.parse(bodyText) as ResponseBody;
  } catch (cause) {
    throw new Error(`The response has status ${statusCode} and no JSON: it is not from the API.`, { cause });
  }
}

/** Returns the document with one of its operations: links send the first one's name. */
function selectOperation(document: DocumentNode, name: string | null | undefined): DocumentNode {
  return (name && separateOperations(document)[name]) || document;
}
