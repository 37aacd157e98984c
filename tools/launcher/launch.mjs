import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCommandFile } from './command-file.mjs';
import { installIfStale } from './install.mjs';
import { findNode } from './find-node.mjs';
import { describeFileError, LauncherError } from './launcher-error.mjs';
import { run } from './run-script.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Installs the locked dependencies if needed, and runs `<command>.ts` under a Node that runs TypeScript. The exit code of
 * this process is the command's, or 1 if it cannot be started.
 * @param {string | undefined} command the name of the command
 * @param {string[]} args its arguments
 */
export async function launch(command, args) {
  try {
    const script = findCommandFile(ROOT, command);
    if (script === undefined) throw new LauncherError(unknownCommand(command));
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
