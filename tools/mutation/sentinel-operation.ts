import { parse, type OperationDefinitionNode } from 'graphql';
import type { authorize } from '../../server/access/index.ts';

const { definitions } = parse('{ __typename }');

/** The arguments of `authorize` for an operation that every policy allows; the policy itself is not read. */
export const EMPTY_OPERATION: Parameters<typeof authorize> = [
  {} as Parameters<typeof authorize>[0],
  { checks: [], argumentChecks: [] },
  definitions[0] as OperationDefinitionNode,
  {},
  null,
  0,
];
