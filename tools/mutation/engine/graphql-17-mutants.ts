import { branchReturns, dropOperand, returns } from '../changes.ts';
import { type Mutant, mutantsIn } from '../mutant.ts';

/** Attacks that graphql 17 alone makes possible: an engine that reads values in the form of graphql 16 opens silently. */
export const GRAPHQL_17_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('graphql 17', 'server/access/graphql-values.ts', [
    [
      'An owner argument that is given by a variable counts as left out.',
      'coerceVariables',
      dropOperand('variableValues'),
    ],
    ['An owner argument may have a default in SDL.', 'defaultValueOf', returns('%0.defaultValue')],
  ]),
  ...mutantsIn('graphql 17', 'server/access/guard.ts', [
    [
      'The objects of an async iterable are not checked.',
      'wrapOwnedResult',
      branchReturns('@0', 'isAsyncIterable'),
      'server/access/guard-values.test.ts',
    ],
  ]),
];
