import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installIfStale } from './install.mjs';
import { findNode } from './find-node.mjs';
import { describeFileError, LauncherError } from './launcher-error.mjs';
import { run } from './run-script.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The folders of commands, the product's and those of the repository. */
const COMMANDS = ['server/commands', 'tools/commands'];

/**
 * Runs `<command>.ts` of one of these folders: with the locked dependencies in place, under a Node that runs TypeScript.
 * Ends this process with the command's exit code, or with 1 and one sentence when it cannot be started.
 * @param {string | undefined} command a command's name
 * @param {string[]} args what to pass on to it
 */
export async function launch(command, args) {
  try {
    const script = COMMANDS.map((folder) => path.join(ROOT, folder, `${command}.ts`)).find((file) =>
      fs.existsSync(file),
    );
    if (!/^[a-z]+$/.test(command ?? '') || script === undefined) throw new LauncherError(unknownCommand(command));
    await installIfStale(ROOT);
    process.exitCode = await run(findNode(ROOT), script, args, ROOT);
  } catch (error) {
    const sentence =
      error instanceof LauncherError ? error.message : describeFileError(`${error.code} ${error.message}`, ROOT);
    console.error(sentence ?? error);
    process.exitCode = 1;
  }
}

function unknownCommand(command) {
  const known = Object.keys(JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts);
  return `There is no command "${command ?? ''}": the commands are ${known.join(', ')}.`;
}
