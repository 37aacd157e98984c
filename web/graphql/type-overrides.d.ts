import type { GraphQLCodegenDataMasking } from '@apollo/client/masking';

declare module '@apollo/client' {
  /** Fragments are masked, in types as at run time: a component reads the fields that it asked for, and no others. */
  export interface TypeOverrides extends GraphQLCodegenDataMasking.TypeOverrides {}
}
