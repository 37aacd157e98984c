/** Returns the absolute path of a command's file, `npm run <name>`; undefined if there is no such command. */
export function findCommandFile(root: string, name: string | undefined): string | undefined;
