import { BREAK, type DocumentNode, type ExecutionResult, SchemaMetaFieldDef, TypeMetaFieldDef, visit } from 'graphql';
import { clientNetwork } from '../../runtime/http/client-address.ts';
import { turnError } from './document-preparation.ts';
import type { OperationRequest } from './executor.ts';
import type { ScheduleWork } from './work-scheduler.ts';

type Execute = (request: OperationRequest) => Promise<ExecutionResult>;

/**
 * Returns a function that executes operations as `execute` does, those with introspection in turns. Introspection is
 * answered from memory in one piece: the whole schema takes 5 ms, as long as a hundred other requests.
 */
export function executeIntrospectionInTurns(execute: Execute, schedule: ScheduleWork): Execute {
  const cache = new WeakMap<DocumentNode, boolean>();
  const hasIntrospection = (document: DocumentNode): boolean => {
    const known = cache.get(document) ?? selectsIntrospection(document);
    cache.set(document, known);
    return known;
  };
  return async (request) => {
    if (!hasIntrospection(request.document)) return execute(request);
    const network = clientNetwork(request.client?.address ?? '');
    try {
      return await schedule(network, () => execute(request), request.deadline);
    } catch (error) {
      return { errors: [turnError(error)] };
    }
  };
}

function selectsIntrospection(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Field({ name: { value } }) {
      if (value !== SchemaMetaFieldDef.name && value !== TypeMetaFieldDef.name) return undefined;
      isFound = true;
      return BREAK;
    },
  });
  return isFound;
}
