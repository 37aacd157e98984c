import type { GraphQLCodegenDataMasking } from '@apollo/client/masking';

declare module '@apollo/client' {
  /** Masks fragments in types as at run time: a component reads only the fields that it selected. */
  export interface TypeOverrides extends GraphQLCodegenDataMasking.TypeOverrides {}
}
