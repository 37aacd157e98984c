import path from 'node:path';
import { readSettings } from '../../runtime/settings.ts';
import { loadContract } from '../../server/load-contract.ts';
import type { Progress } from '../../server/operations/progress.ts';
import { inRoot, TOOLS } from '../../server/operations/paths.ts';
import { invalidate, isStale, type BuildArtifact, recordBuild } from './build-artifact.ts';
import { runRequiredTool } from './run-tool.ts';

/** What a build is run with. */
export interface BuildOptions {
  /** The environment that the user gave; of the settings only WEB_BUILD_DIR matters to a build. */
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const isGenerated = (file: string) => file.split(path.sep).includes('generated');
const isOutput = (file: string) =>
  /^(\.next.*|node_modules|next-env\.d\.ts)$|\.test\.tsx?$|\.tsbuildinfo$|\.md$/.test(path.basename(file));

/** The types and documents that are made from the schema, in the server and in the web client. */
export const generatedCode: BuildArtifact = {
  inputs: [inRoot('schema'), inRoot('web'), inRoot('codegen.ts'), inRoot('package-lock.json')],
  outputs: [inRoot('server/generated'), inRoot('web/graphql/generated')],
  fingerprintFile: inRoot('server/generated/.fingerprint'),
  isIncluded: (file) => !isOutput(file) && !isGenerated(file) && (!isSource(file) || isConfig(file)),
};
const isSource = (file: string) => /\.(tsx?|css|svg|ico|png|json|mjs)$/.test(file);
const isConfig = (file: string) => [inRoot('codegen.ts'), inRoot('package-lock.json')].includes(file);

/** The web client as `next build` makes it, in `folder` of web/. */
function webBuild(folder: string): BuildArtifact {
  return {
    inputs: [inRoot('web'), inRoot('runtime'), inRoot('schema'), inRoot('package-lock.json')],
    outputs: [inRoot('web', folder, 'BUILD_ID')],
    fingerprintFile: inRoot('web', folder, 'fieldgate-fingerprint'),
    isIncluded: (file) => !isOutput(file),
  };
}

/** Node loads next.config.ts itself; Next's own loader does not find what that imports. */
export const NEXT_FLAGS = ['--experimental-next-config-strip-types'] as const;

/**
 * The folder of web/ that WEB_BUILD_DIR names.
 * @throws {SettingsError} when it is not the name of a folder
 */
export const buildFolder = (environment: NodeJS.ProcessEnv): string =>
  readSettings(environment, ['WEB_BUILD_DIR']).WEB_BUILD_DIR;

/**
 * Makes the generated code unless it is up to date.
 * @throws {InvalidSchemaError} when the schema's files are no valid schema: the generator would not say where
 * @throws {Problem} with what the generator said
 */
export async function generateCode({ environment, progress, signal }: BuildOptions): Promise<void> {
  if (!isStale(generatedCode)) return;
  await progress.runTimed('types generated from the schema', async () => {
    invalidate(generatedCode);
    loadContract();
    await runRequiredTool('The code generation', TOOLS.codegen, ['--config', 'codegen.ts'], { environment, signal });
    recordBuild(generatedCode);
  });
}

/**
 * Builds the web client unless it is up to date. The build sees no setting but its folder: nothing of this machine
 * may end up in what the browser gets.
 * @throws {Problem} with what `next build` said
 */
export async function buildWeb({ environment, progress, signal }: BuildOptions): Promise<void> {
  const artifact = webBuild(buildFolder(environment));
  if (!isStale(artifact)) return;
  await progress.runTimed('web client built', async () => {
    invalidate(artifact);
    const options = {
      environment: {
        ...environment,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        WEB_BUILD_DIR: buildFolder(environment),
      },
      signal,
    };
    await runRequiredTool('The build of the web client', TOOLS.next, ['build', 'web', ...NEXT_FLAGS], options);
    await runRequiredTool('The compression of the web client', inRoot('tools/supervisor/precompress.ts'), [], options);
    recordBuild(artifact);
  });
}
