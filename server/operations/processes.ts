import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { readFileIfExists } from './files.ts';
import { systemErrorCode } from './operator-error.ts';

/**
 * Whether a process with this id runs, whoever owns it. One that has ended and that its parent has not yet asked about
 * does not: in a container nobody may ever ask.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileIfExists(`/proc/${pid}/stat`) ?? '');
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/**
 * Whether a process is this program: ids are given out again, so an id from a file may have come to another one.
 * Where that cannot be found out, it is taken to be.
 * @param pid the process
 * @param program the name that its command line holds
 */
export function isProgram(pid: number, program: string): boolean {
  return commandLine(pid)?.includes(program) ?? true;
}

function commandLine(pid: number): string | undefined {
  const file = `/proc/${pid}/cmdline`;
  if (fs.existsSync(file)) return fs.readFileSync(file, 'utf8').replaceAll('\0', ' ');
  if (process.platform === 'win32') return undefined;
  const { status, stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], {
    encoding: 'utf8',
    timeout: 5_000,
  });
  return status === 0 ? stdout : undefined;
}
