import fs from 'node:fs';
import { OperatorError } from '../../../server/operations/operator-error.ts';

/** Returns the processor time that processes have used so far, in microseconds. */
export type CpuClock = () => number;

/**
 * Returns the clock of one process with all its threads, garbage collection and compilation included.
 * From /proc, whose `schedstat` counts in nanoseconds what `stat` counts in hundredths of a second.
 * @throws {OperatorError} on a system without /proc
 */
export function processCpuClock(pid: number): CpuClock {
  return () =>
    threads(pid).reduce((sum, thread) => sum + threadCpuNanoseconds(`/proc/${pid}/task/${thread}`), 0) / 1_000;
}

/** Returns the clock of a process and its children together, ended children included. */
export function processTreeCpuClock(parent: number): CpuClock {
  return () => {
    const children = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    const living = [parent, ...children.filter(Boolean).map(Number)].reduce(
      (sum, pid) => sum + processCpuClock(pid)(),
      0,
    );
    return living + exitedChildrenTime(parent);
  };
}

const TICK_MICROSECONDS = 10_000;

/** `cutime` and `cstime` of proc_pid_stat(5): children that the process has waited for. */
function exitedChildrenTime(pid: number): number {
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MICROSECONDS;
}

function threads(pid: number): string[] {
  try {
    return fs.readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (!fs.existsSync('/proc/self/schedstat'))
      throw new OperatorError('Processor time is read from /proc/<pid>/schedstat: run this benchmark on Linux.');
    // The process ended after it was listed: its parent's count includes it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function threadCpuNanoseconds(folder: string): number {
  try {
    return Number(fs.readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}
