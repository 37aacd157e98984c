/** Assertions about who may access what in a schema: `import { expectAccess } from '@fieldgate/access/testing'`. */
export {
  type AccessExpectations,
  expectAccess,
  type InputAudience,
  type SignedInAudience,
  type TestAudience,
} from './expect-access.ts';
export type { ArgumentCase } from './expect-argument.ts';
export type { Expectation } from './expectation.ts';
