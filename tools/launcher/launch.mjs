import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installIfStale } from './install.mjs';
import { findNode } from './find-node.mjs';
import { describeFileError, LauncherError } from './launcher-error.mjs';
import { run } from './run-script.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The folders of commands: the product's and the developer tools'. */
const COMMAND_FOLDERS = ['server/commands', 'tools/commands'];

/**
 * Installs the locked dependencies if needed, and runs `<command>.ts` under a Node that runs TypeScript. The exit code of
 * this process is the command's, or 1 if it cannot be started.
 * @param {string | undefined} command the name of the command
 * @param {string[]} args its arguments
 */
export async function launch(command, args) {
  try {
    const script = COMMAND_FOLDERS.map((folder) => path.join(ROOT, folder, `${command}.ts`)).find((file) =>
      fs.existsSync(file),
    );
    if (!/^[a-z]+$/.test(command ?? '') || script === undefined) throw new LauncherError(unknownCommand(command));
    await installIfStale(ROOT);
    process.exitCode = await run(findNode(ROOT), script, args, ROOT);
  } catch (error) {
    const message =
      error instanceof LauncherError ? error.message : describeFileError(`${error.code} ${error.message}`, ROOT);
    console.error(message ?? error);
    process.exitCode = 1;
  }
}

function unknownCommand(command) {
  const known = Object.keys(JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts);
  return `There is no command "${command ?? ''}": the commands are ${known.join(', ')}.`;
}
