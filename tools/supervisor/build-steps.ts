import fs from 'node:fs';
import path from 'node:path';
import { readSettings } from '../../runtime/settings.ts';
import { checkSchema } from '../../server/access/index.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import { loadContract } from '../../server/load-contract.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import type { Progress } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { TOOLS } from '../script-paths.ts';
import { invalidate, isStale, type BuildArtifact, recordBuild } from './build-artifact.ts';
import { runRequiredTool } from './run-tool.ts';
import { writeOperations } from './split-documents.ts';
import { writeManifest } from './write-manifest.ts';

/** The options of a build step. */
export interface BuildOptions {
  /** The operator's environment; WEB_BUILD_DIR is the only setting that affects a build. */
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const isGenerated = (file: string) => file.split(path.sep).includes('generated');
const isOutput = (file: string) =>
  /^(\.next.*|node_modules|next-env\.d\.ts)$|\.test\.tsx?$|\.tsbuildinfo$|\.md$/.test(path.basename(file));

/** What code generation reads beside the schema and the operations. */
const CONFIGS = [
  inRoot('codegen.ts'),
  inRoot('package-lock.json'),
  inRoot('tools/supervisor/demo-data.ts'),
  inRoot('tools/supervisor/split-documents.ts'),
  inRoot('tools/supervisor/write-manifest.ts'),
];

/** The types, typed documents and trusted documents generated from the schema, for the server and the web client. */
export const generatedCode: BuildArtifact = {
  inputs: [inRoot('schema'), inRoot('web'), ...CONFIGS],
  outputs: [inRoot('server/generated'), inRoot('web/graphql/generated')],
  fingerprintFile: inRoot('server/generated/.fingerprint'),
  isIncluded: (file) => !isOutput(file) && !isGenerated(file) && (!isSource(file) || isConfig(file)),
};
const isSource = (file: string) => /\.(tsx?|css|svg|ico|png|json|mjs)$/.test(file);
const isConfig = (file: string) => CONFIGS.includes(file);

/** The output of `next build`, in `folder` of web/. */
function webBuild(folder: string): BuildArtifact {
  return {
    inputs: [inRoot('web'), inRoot('runtime'), inRoot('schema'), inRoot('package-lock.json')],
    outputs: [inRoot('web', folder, 'BUILD_ID')],
    fingerprintFile: inRoot('web', folder, 'fieldgate-fingerprint'),
    isIncluded: (file) => !isOutput(file),
  };
}

/** Makes Node load next.config.ts: Next's own loader does not resolve its imports. */
export const NEXT_FLAGS = ['--experimental-next-config-strip-types'] as const;

/**
 * Returns the folder of web/ that WEB_BUILD_DIR names.
 * @throws {SettingsError} if its value is not a folder name
 */
export const buildFolder = (environment: NodeJS.ProcessEnv): string =>
  readSettings(environment, ['WEB_BUILD_DIR']).WEB_BUILD_DIR;

/**
 * Generates the code unless it is up to date.
 * @throws {InvalidSchemaError} with file and line if the SDL is invalid: the generator's own error names neither
 * @throws {OperatorError} with the generator's output
 */
export async function generateCode({ environment, progress, signal }: BuildOptions): Promise<void> {
  if (!isStale(generatedCode)) return;
  await progress.runTimed('types generated from the schema', async () => {
    invalidate(generatedCode);
    loadContract();
    await runRequiredTool('The code generation', TOOLS.codegen, ['--config', 'codegen.ts'], { environment, signal });
    writeOperations();
    writeManifest();
    recordBuild(generatedCode);
  });
}

/**
 * Builds the web client unless it is up to date. The build reads no setting but its folder, so that nothing of the
 * machine's configuration is shipped to browsers.
 * @throws {OperatorError} with the output of `next build`
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
    await runRequiredTool('The compression of the web client', inRoot('web/http/precompress.ts'), [], options);
    recordBuild(artifact);
  });
}

/**
 * Builds everything that the processes need, unless it is up to date.
 * @throws {InvalidSchemaError | AccessPolicyError} if the API would refuse the schema; nothing is built then
 * @throws {OperatorError} with the output of the step that failed
 */
export async function buildAll(options: BuildOptions): Promise<void> {
  checkSchema(executableSchema());
  await generateCode(options);
  await buildWeb(options);
  options.progress.log(`The web client is built in web/${buildFolder(options.environment)}.`);
}

/**
 * Checks that a build has been finished; not that it is of these sources, which a deployment need not contain.
 * @param folder as WEB_BUILD_DIR names it
 * @throws {OperatorError} saying which command builds it
 */
export function assertWebBuilt(folder: string): void {
  if (fs.existsSync(webBuild(folder).fingerprintFile)) return;
  throw new OperatorError(
    `There is no finished build of the web client in web/${folder}: run \`npm run build\` first.`,
  );
}
