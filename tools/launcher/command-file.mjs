import fs from 'node:fs';
import path from 'node:path';

/** The folders of commands: the product's and the developer tools'. */
const COMMAND_FOLDERS = ['server/commands', 'tools/commands'];

/**
 * Returns the file of a command, `npm run <name>`.
 * @param {string} root the repository
 * @param {string | undefined} name
 * @returns {string | undefined} its absolute path; undefined if there is no such command
 */
export function findCommandFile(root, name) {
  if (!/^[a-z]+$/.test(name ?? '')) return undefined;
  return COMMAND_FOLDERS.map((folder) => path.join(root, folder, `${name}.ts`)).find((file) => fs.existsSync(file));
}
