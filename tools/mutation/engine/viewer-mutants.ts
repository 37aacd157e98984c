import { type Mutant, mutantsIn } from './mutant.ts';

const PARSING = mutantsIn('viewer.ts', [
  {
    rule: 'parseViewer',
    name: 'undefined is an anonymous caller',
    find: 'if (value === null) return null;',
    replace: 'if (value == null) return null;',
  },
  {
    rule: 'parseViewer',
    name: 'a sign-in in the future is the newest of all',
    find: '!(viewer.authTime <= now + CLOCK_TOLERANCE)',
    replace: 'now < 0',
  },
  {
    rule: 'wellFormed',
    name: 'a viewer that was parsed once is never looked at again',
    find: 'value === latest.source && isUnchanged(latest)',
    replace: 'value === latest.source',
  },
  {
    rule: 'isUnchanged',
    name: 'a role that was put in the place of another is not noticed',
    find: ' &&\n    viewer.roles.every((role, index) => rolesSource[index] === role)',
    replace: '',
  },
  {
    rule: 'parse',
    name: 'a string passes for roles',
    find: '!Array.isArray(rolesSource)',
    replace: "!Array.isArray(rolesSource) && typeof rolesSource !== 'string'",
  },
  {
    rule: 'parse',
    name: 'a time in milliseconds passes',
    find: ' && authTime < FIRST_IMPLAUSIBLE_TIME',
    replace: '',
  },
  {
    rule: 'parse',
    name: 'any address that is not false is verified',
    find: "typeof emailVerified !== 'boolean'",
    replace: "typeof emailVerified !== 'boolean' && !emailVerified",
  },
  {
    rule: 'ownData',
    name: 'a polluted prototype makes a viewer of an empty object',
    find: 'const descriptor = Object.getOwnPropertyDescriptor(value, property);',
    replace:
      'const descriptor =\n    Object.getOwnPropertyDescriptor(value, property) ??\n    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value) ?? {}, property);',
  },
  {
    rule: 'isUserId',
    name: 'a blank is an id',
    find: 'value.trim() === value && ',
    replace: '',
  },
  {
    rule: 'isUserId',
    name: 'two ids that differ in a lone surrogate pass',
    find: 'value.isWellFormed() && ',
    replace: '',
  },
]);

const SUPPORTING = mutantsIn('graphql-version.ts', [
  {
    rule: 'assertSupportedGraphql',
    name: 'a later version of graphql passes',
    find: 'major === SUPPORTED_MAJOR &&',
    replace: 'major >= SUPPORTED_MAJOR &&',
  },
  {
    rule: 'assertSupportedGraphql',
    name: 'a prerelease passes',
    find: ' && preReleaseTag === null) return;',
    replace: ') return;',
  },
  {
    rule: 'assertOneGraphql',
    name: 'a schema that another copy of graphql made passes',
    find: "if (!(schema instanceof graphql.GraphQLSchema)) throw anotherCopy('the schema');",
    replace: '',
  },
  {
    rule: 'assertOneGraphql',
    name: 'a type that another copy of graphql made passes',
    find: 'if (!TYPES.some((kind) => type instanceof kind)) throw anotherCopy(`the type ${String(type)}`);',
    replace: '',
  },
]);

/** Faults in what is asked before anything is judged: of adapters, and of the graphql that is installed. */
export const VIEWER_FAULTS: readonly Mutant[] = [...PARSING, ...SUPPORTING];
