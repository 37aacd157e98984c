import { inRoot } from '../server/operations/paths.ts';

/** Scripts of installed tools. They run under this process's Node: the links in .bin would start the Node on PATH. */
export const TOOLS = {
  biome: inRoot('node_modules/@biomejs/biome/bin/biome'),
  codegen: inRoot('node_modules/@graphql-codegen/cli/esm/bin.js'),
  next: inRoot('node_modules/next/dist/bin/next'),
  oxlint: inRoot('node_modules/oxlint/bin/oxlint'),
  playwright: inRoot('node_modules/@playwright/test/cli.js'),
  tsc: inRoot('node_modules/typescript/bin/tsc'),
  vitest: inRoot('node_modules/vitest/vitest.mjs'),
} as const;

/** Makes Biome skip what git ignores: generated code, data, caches of tools. */
export const FORMAT_FLAGS = [
  '--vcs-enabled=true',
  '--vcs-client-kind=git',
  '--vcs-use-ignore-file=true',
  '--vcs-root=.',
] as const;
