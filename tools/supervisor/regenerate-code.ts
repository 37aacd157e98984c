import fs from 'node:fs';
import { describeError } from '../../server/operations/operator-error.ts';
import { type BuildOptions, generateCode, generatedCode } from './build.ts';
import { watchFiles } from './watch-files.ts';
import { inRoot } from '../../server/operations/paths.ts';

/**
 * Makes the generated code anew whenever the schema or a document of the web client changes. A mistake in them is said
 * and waits to be mended. (The generator's own watch mode needs a native package that is not installed.)
 * @returns ends the watching
 */
export function regenerateOnChange(options: BuildOptions): () => void {
  let pending = Promise.resolve();
  const generate = async () => {
    try {
      await generateCode(options);
    } catch (error) {
      if (!options.signal?.aborted) options.progress.log(describeError(error));
    }
  };
  return watchFiles(sourceFolders(), generatedCode.isIncluded, () => (pending = pending.then(generate)));
}

/** Not web/ itself: what is built in it changes all the time. */
function sourceFolders(): string[] {
  const inWeb = fs.readdirSync(inRoot('web'), { withFileTypes: true });
  const folders = inWeb.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name));
  return [inRoot('schema'), ...folders.map(({ name }) => inRoot('web', name))];
}
