import fs from 'node:fs';
import path from 'node:path';
import { describe } from '../problem.ts';
import { type BuildOptions, generateCode, generatedCode } from './build.ts';
import { inRoot } from './paths.ts';

const QUIET_MILLISECONDS = 200;

/**
 * Makes the generated code anew whenever the schema or a document of the web client changes. A mistake in them is said
 * and waits to be mended. (The generator's own watch mode needs a native package that is not installed.)
 * @returns ends the watching
 */
export function regenerateOnChange(options: BuildOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  const generate = () => generateCode(options).catch((error: unknown) => options.progress.say(describe(error)));
  const changed = (file: string) => {
    if (!generatedCode.counts(file)) return;
    clearTimeout(timer);
    // An editor saves in several steps.
    timer = setTimeout(() => (turn = turn.then(generate)), QUIET_MILLISECONDS);
  };
  const watchers = sourceFolders().map((folder) =>
    fs.watch(folder, { recursive: true }, (_, file) => changed(path.join(folder, file ?? ''))),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** Not web/ itself: what is built in it changes all the time. */
function sourceFolders(): string[] {
  const inWeb = fs.readdirSync(inRoot('web'), { withFileTypes: true });
  const folders = inWeb.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name));
  return [inRoot('schema'), ...folders.map(({ name }) => inRoot('web', name))];
}
