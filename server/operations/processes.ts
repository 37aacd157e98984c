import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { readFileIfExists } from './files.ts';
import { systemErrorCode } from './operator-error.ts';

const CHECK_MILLISECONDS = 200;

/**
 * Whether a process with this id runs, under any user. A zombie does not: in a container without an init process its
 * parent may never reap it.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileIfExists(`/proc/${pid}/stat`) ?? '');
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Resolves within 0.2 s after the exit of a process that is not a child of this one, such as a database server. */
export function waitForExit(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const check = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(check);
      resolve();
    }, CHECK_MILLISECONDS);
    check.unref();
  });
}

/**
 * Whether a process runs this program: the system reuses ids, so an id read from a file may belong to another program.
 * True if the command line cannot be read.
 * @param program a part of its command line
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
