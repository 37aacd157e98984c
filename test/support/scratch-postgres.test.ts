import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isAlive } from '../../server/operations/processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

// covers: ENGINE-19
test('stops a scratch PostgreSQL and removes its folder when the process that started it exits', {
  timeout: 30_000,
}, async () => {
  const folder = path.join(temporaryFolder(), 'data');
  const url = JSON.stringify(new URL('./scratch-postgres.ts', import.meta.url).href);
  const source = `import { startScratchPostgres } from ${url};
    const { pid } = await startScratchPostgres(${JSON.stringify(folder)});
    process.once('SIGTERM', () => process.exit());
    process.stdout.write(String(pid));
    setInterval(() => {}, 1_000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void owner.kill('SIGKILL'));
  let output = '';
  owner.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  await vi.waitUntil(() => output !== '', { timeout: 20_000 });
  const pid = Number(output);
  expect(isAlive(pid)).toBe(true);
  owner.kill('SIGTERM');
  await once(owner, 'exit');
  expect(isAlive(pid)).toBe(false);
  expect(fs.existsSync(folder)).toBe(false);
});
