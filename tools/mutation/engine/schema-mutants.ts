import { removeCall, removeThrow } from '../changes.ts';
import { dropElement } from '../literal-changes.ts';
import { type Mutant, mutantsIn } from '../mutant.ts';

const ruleTest = (name: string) => `server/access/schema-rules/${name}.test.ts`;

/** Attacks on the start check: the server starts with a schema that does not protect what it should. */
export const SCHEMA_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('the schema', 'server/access/check-schema.ts', [
    ['The server starts in spite of schema problems.', 'checkSchema', removeThrow()],
    [
      'The server starts with a schema of another copy of graphql.',
      'checkSchema',
      removeCall('assertOneGraphql'),
      'server/access/graphql-version.test.ts',
    ],
    [
      'The server starts on a version of graphql that the engine does not know.',
      'checkSchema',
      removeCall('assertSupportedGraphql'),
      'server/access/graphql-version.test.ts',
    ],
    ['A field needs no rule.', 'SCHEMA_RULES', dropElement('everyFieldHasRule'), ruleTest('every-field-has-rule')],
    [
      '`@public` may lead to owned objects.',
      'SCHEMA_RULES',
      dropElement('publicIsAllOrNothing'),
      ruleTest('public-is-all-or-nothing'),
    ],
    [
      'A misspelt role is accepted.',
      'SCHEMA_RULES',
      dropElement('rolesAreEnumValues'),
      ruleTest('roles-are-enum-values'),
    ],
    [
      'A misspelt scope is accepted.',
      'SCHEMA_RULES',
      dropElement('scopesAreDeclared'),
      ruleTest('scopes-are-declared'),
    ],
    [
      '`@owner` may name a field that does not exist or is nullable.',
      'SCHEMA_RULES',
      dropElement('ownersAreNamed'),
      ruleTest('owners-are-named'),
    ],
    [
      'An owner input may have a default.',
      'SCHEMA_RULES',
      dropElement('ownerInputsAreAssertions'),
      ruleTest('owner-inputs-are-assertions'),
    ],
    [
      'An interface of owned types needs no `resolveType`.',
      'SCHEMA_RULES',
      dropElement('abstractTypesResolve'),
      ruleTest('abstract-types-resolve'),
    ],
    [
      'Subscriptions, `@defer` and federation are accepted.',
      'SCHEMA_RULES',
      dropElement('entryPointsAreSupported'),
      ruleTest('entry-points-are-supported'),
    ],
  ]),
  ...mutantsIn('the schema', 'server/access/schema-elements.ts', [
    ['Rules in `extend` are ignored.', 'readElement', dropElement('extensionASTNodes')],
  ]),
];
