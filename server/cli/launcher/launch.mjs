import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installIfStale } from './install.mjs';
import { findNode } from './node.mjs';
import { describeFileError, LauncherError } from './problem.mjs';
import { run } from './run.mjs';

const CLI = fileURLToPath(new URL('..', import.meta.url));
const ROOT = path.resolve(CLI, '../..');

/**
 * Runs `server/cli/<command>.ts`: with the locked dependencies in place, under a Node that runs TypeScript.
 * Ends this process with the command's exit code, or with 1 and one sentence when it cannot be started.
 * @param {string | undefined} command a command's name
 * @param {string[]} args what to pass on to it
 */
export async function launch(command, args) {
  try {
    const script = path.join(CLI, `${command}.ts`);
    if (!/^[a-z]+$/.test(command ?? '') || !fs.existsSync(script)) throw new LauncherError(unknownCommand(command));
    await installIfStale(ROOT);
    process.exitCode = await run(findNode(ROOT), script, args, ROOT);
  } catch (error) {
    const sentence = error instanceof LauncherError ? error.message : describeFileError(`${error.code} ${error.message}`, ROOT);
    console.error(sentence ?? error);
    process.exitCode = 1;
  }
}

function unknownCommand(command) {
  const known = Object.keys(JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts);
  return `There is no command "${command ?? ''}": the commands are ${known.join(', ')}.`;
}
