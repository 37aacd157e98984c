import fs from 'node:fs';
import { describeError } from '../../server/operations/operator-error.ts';
import { type BuildOptions, generateCode, generatedCode } from './build-steps.ts';
import { watchFiles } from './watch-files.ts';
import { inRoot } from '../../server/operations/paths.ts';

/**
 * Regenerates the code whenever the schema or a GraphQL document of the web client changes. An error in them is logged,
 * and the next change tries again. (The generator's own watch mode needs @parcel/watcher, a native package.)
 * @returns a function that stops watching
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

/** The folders of web/, not web/ itself: the build output in it changes all the time. */
function sourceFolders(): string[] {
  const inWeb = fs.readdirSync(inRoot('web'), { withFileTypes: true });
  const folders = inWeb.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name));
  return [inRoot('schema'), ...folders.map(({ name }) => inRoot('web', name))];
}
