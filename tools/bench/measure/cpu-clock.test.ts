import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { processTreeCpuClock, processCpuClock } from './cpu-clock.ts';

const started: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that works for a while and then says how much processor time that took, in microseconds. */
async function runAndReport(script: string): Promise<{ pid: number; used: number }> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid ?? 0, used: Number(line) };
}

/** Until the process has used so much: how long that takes is up to what else runs. */
const WORK = 'while (process.cpuUsage().user < 100_000);';
const REPORT = 'const { user, system } = process.cpuUsage(); console.log(user + system); setInterval(() => {}, 1000);';

/** What is done after the report, and what an interval of the scheduler may hide. */
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

test('a family’s clock counts children, also those that have ended', async () => {
  const child = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(WORK)}]);`;
  const { pid, used } = await runAndReport(child + REPORT);
  expect(processTreeCpuClock(pid)() - used).toBeGreaterThan(75_000);
});

test('a process that has gone has no clock any more, and is no error', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  expect(processCpuClock(child.pid ?? 0)()).toBe(0);
});

function inThread(script: string): string {
  return `new (require('node:worker_threads').Worker)(${JSON.stringify(script)}, { eval: true });`;
}
