import { returns } from './changes.ts';
import { type Mutant, type MutantRow, mutantsIn } from './mutant.ts';

/** The package name of the engine: npm links it into the repository, as a workspace. */
export const WORKSPACE = '@fieldgate/access';

const sentinel = (name: string, killedBy: string): MutantRow => [
  name,
  'authorize',
  returns("{ kind: 'mutant' }"),
  `tools/mutation/${killedBy}`,
];

const ON_GRAPHQL_16 = mutantsIn('sentinel', 'server/access/authorize.ts', [
  sentinel('An import by relative path does not reach the copy.', 'sentinel-by-path.test.ts'),
  sentinel('An import by package name does not reach the copy.', 'sentinel-by-name.test.ts'),
]);

/**
 * Mutants that every import of the engine must see. One that survives shows that tests run the original in place of the
 * copy, by a link or by an alias: then no other result of the run means anything.
 */
export const SENTINELS: readonly Mutant[] = [
  ...ON_GRAPHQL_16,
  ...ON_GRAPHQL_16.map(
    (mutant): Mutant => ({ ...mutant, name: `On graphql 17: ${mutant.name}`, project: 'engine-17' }),
  ),
];
