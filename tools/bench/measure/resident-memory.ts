import fs from 'node:fs';

/** Returns the resident set of a process in MB: its pages in memory now. Linux only. */
export const residentMegabytes = (pid: number): number => readMegabytes(pid, 'VmRSS');

/** Returns the largest resident set that a process has had, in MB. Linux only. */
export const peakMegabytes = (pid: number): number => readMegabytes(pid, 'VmHWM');

function readMegabytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1_024;
}
