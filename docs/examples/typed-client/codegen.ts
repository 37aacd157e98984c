import type { CodegenConfig } from '@graphql-codegen/cli';
import { API_URL, demoSession } from './src/environment.ts';

// The token decides which part of the schema there is: generate with an account like those that will use the client.
const session = await demoSession();
const headers = { Authorization: `Bearer ${await session.token()}` };

const config: CodegenConfig = {
  schema: [{ [`${API_URL}/schema.graphql`]: { headers } }],
  documents: 'src/**/*.ts',
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        importExtension: '.ts',
        scalars: { DateTime: 'string' },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
