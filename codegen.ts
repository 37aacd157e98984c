import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import type { CodegenConfig } from '@graphql-codegen/cli';

const scalars = { DateTime: { input: 'Date', output: '../data/pg/timestamp.ts#Time' } };

const config: CodegenConfig = {
  schema: ['schema/*.graphql', '!schema/released.graphql'],
  generates: {
    'server/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../context.ts#Context',
        mappers: {
          User: '../data/user/user-entity.ts#SelectedUser',
          AuthEvent: '../data/auth-event/auth-event-entity.ts#AuthEventRow',
          AuthEventConnection: '../data/auth-event/auth-event-repository.ts#AuthEventPage',
          Task: '../data/task/task-entity.ts#SelectedTask',
          Step: '../data/step/step-entity.ts#SelectedStep',
          TaskConnection: '../data/task/task-page-query.ts#TaskPage',
        },
        scalars,
        enumsAsTypes: true,
        strictScalars: true,
        useTypeImports: true,
        avoidOptionals: { defaultValue: true },
        makeResolverTypeCallable: true,
        importExtension: '.ts',
      },
    },
    'web/graphql/generated/': {
      documents: ['web/**/*.graphql'],
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        scalars: { DateTime: 'string' },
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        nonOptionalTypename: true,
        skipTypeNameForRoot: true,
      },
    },
  },
};

export default config;
