import fs from 'node:fs';

/**
 * Returns how many system calls of a process, with all its threads, have written so far: to sockets and files, and to wake
 * its own threads (`syscw` of proc_pid_io(5)). NaN where the kernel does not count them.
 */
export function writeCount(pid: number): number {
  try {
    return Number(/^syscw: (\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? Number.NaN);
  } catch {
    return Number.NaN;
  }
}
