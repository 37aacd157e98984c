import fs from 'node:fs';
import path from 'node:path';
import { runCli } from '../run-cli.ts';

/** The content of files by name. */
export type Files = Readonly<Record<string, string>>;

/**
 * For tests: runs `fieldgate migrate` on files.
 * @param folder an empty folder, into which the files are written
 * @param args arguments after `--from`; those that name a file become its path
 */
export async function migrateFiles(folder: string, files: Files, ...args: readonly string[]) {
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  const run = async (...all: readonly string[]) => {
    let output = '';
    const print = (text: string) => void (output += `${text}\n`);
    const code = await runCli(
      all.map((arg) => (arg in files ? path.join(folder, arg) : arg)),
      { print, printError: print },
    );
    return { code, output: output.replaceAll(folder + path.sep, '').replaceAll(folder, '.') };
  };
  const result = await run('migrate', '--from', ...args);
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  return { ...result, read, check: (...more: readonly string[]) => run('check', folder, '--format', 'unix', ...more) };
}
