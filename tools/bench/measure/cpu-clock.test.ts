import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { processTreeCpuClock, processCpuClock } from './cpu-clock.ts';

const started: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that works for a while and then prints the processor time it used, in microseconds. */
async function runAndReport(script: string): Promise<{ pid: number; used: number }> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid ?? 0, used: Number(line) };
}

/** Waits for processor time, not elapsed time: that depends on other processes. */
const WORK = 'while (process.cpuUsage().user < 100_000);';
const REPORT = 'const { user, system } = process.cpuUsage(); console.log(user + system); setInterval(() => {}, 1000);';

/** Tolerance: work after the report, and one scheduler interval. */
const TOLERANCE = { least: 0.9, most: 1.3 };

test.each([
  ['what the process itself says', WORK + REPORT],
  ['the same where another thread has done the work', inThread(WORK + REPORT)],
])('a process’s clock says %s', async (_, script) => {
  const { pid, used } = await runAndReport(script);
  const ratio = processCpuClock(pid)() / used;
  expect(ratio).toBeGreaterThan(TOLERANCE.least);
  expect(ratio).toBeLessThan(TOLERANCE.most);
});

test('the clock of a process tree counts children, including ended ones', async () => {
  const child = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(WORK)}]);`;
  const { pid, used } = await runAndReport(child + REPORT);
  expect(processTreeCpuClock(pid)() - used).toBeGreaterThan(75_000);
});

test('the clock of an ended process returns without an error', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  expect(processCpuClock(child.pid ?? 0)()).toBe(0);
});

function inThread(script: string): string {
  return `new (require('node:worker_threads').Worker)(${JSON.stringify(script)}, { eval: true });`;
}
