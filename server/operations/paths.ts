import path from 'node:path';

/** The repository's folder. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** A path in the repository. */
export const inRoot = (...parts: readonly string[]): string => path.join(ROOT, ...parts);

/** The file of a command, `npm run <name>`. */
export function commandFile(name: string): string {
  return inRoot(PRODUCT_COMMANDS.includes(name) ? 'server/commands' : 'tools/commands', `${name}.ts`);
}

const PRODUCT_COMMANDS = ['access', 'keys'];

/** Scripts of installed tools: run with our own Node, because what is in .bin starts the Node of PATH through a shell. */
export const TOOLS = {
  biome: inRoot('node_modules/@biomejs/biome/bin/biome'),
  codegen: inRoot('node_modules/@graphql-codegen/cli/esm/bin.js'),
  next: inRoot('node_modules/next/dist/bin/next'),
  oxlint: inRoot('node_modules/oxlint/bin/oxlint'),
  playwright: inRoot('node_modules/@playwright/test/cli.js'),
  tsc: inRoot('node_modules/typescript/bin/tsc'),
  vitest: inRoot('node_modules/vitest/vitest.mjs'),
} as const;

/** What git ignores has no format: generated code, data, what tools write for themselves. */
export const FORMAT_FLAGS = [
  '--vcs-enabled=true',
  '--vcs-client-kind=git',
  '--vcs-use-ignore-file=true',
  '--vcs-root=.',
] as const;
