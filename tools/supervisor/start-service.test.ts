import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { isAlive } from '../../server/operations/processes.ts';
import { startService } from './start-service.ts';

/** A script that runs until it is killed, and writes its process id to the file `up`. */
function script(folder: string, text = ''): { file: string; isUp: () => boolean } {
  const file = path.join(folder, 'service.ts');
  const up = path.join(folder, 'up');
  const writeUp = `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(up)}, String(process.pid));`;
  fs.writeFileSync(file, `${text}; setInterval(() => {}, 1_000); ${writeUp}`);
  return { file, isUp: () => fs.existsSync(up) };
}

describe('startService', () => {
  test('stop ends a service, and ended names the signal', async () => {
    const { file, isUp } = script(temporaryFolder());
    const service = startService('the test', [file], process.env);
    await vi.waitUntil(isUp, { timeout: 20_000 });
    await service.stop();
    expect(isAlive(service.pid)).toBe(false);
    expect(await service.ended).toBe('the test ended by SIGTERM');
  });

  test('ended names the exit code of a service that exits by itself', async () => {
    const { file } = script(temporaryFolder(), 'process.exit(3)');
    const service = startService('the test', [file], process.env);
    expect(await service.ended).toBe('the test ended with exit code 3');
    await service.stop();
  });

  test('ready and refusal follow the report of a service, also if it exits at once after that', async () => {
    const ready = startService('the test', [script(temporaryFolder(), "process.send?.('ready')").file], process.env);
    onTestFinished(() => ready.stop());
    await ready.ready;
    expect(ready.refusal).toBeUndefined();
    const refuse = "process.send?.({ refused: 'Set API_PORT.' }, () => process.exit(1))";
    const refused = startService('the test', [script(temporaryFolder(), refuse).file], process.env);
    expect(await refused.ended).toBe('the test ended with exit code 1');
    expect(refused.refusal).toBe('Set API_PORT.');
  });

  test('a service gets exactly the environment that is passed to it', async () => {
    vi.stubEnv('SECRET', 'of the parent');
    onTestFinished(() => void vi.unstubAllEnvs());
    const code = "process.exit(process.env['SECRET'] === undefined && process.env['PASSED'] === 'yes' ? 0 : 3)";
    const { file } = script(temporaryFolder(), code);
    const service = startService('the test', [file], { PASSED: 'yes' });
    expect(await service.ended).toBe('the test ended with exit code 0');
  });

  test('a service exits when the process that started it is killed, without any code for that', {
    timeout: 40_000,
  }, async () => {
    const folder = temporaryFolder();
    const { file, isUp } = script(folder);
    const url = JSON.stringify(new URL('./start-service.ts', import.meta.url).href);
    const source = `import { startService } from ${url}; startService('x', [${JSON.stringify(file)}], process.env);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' });
    await vi.waitUntil(isUp, { timeout: 20_000 });
    const pid = Number(fs.readFileSync(path.join(folder, 'up'), 'utf8'));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
  });

  test('child processes of a service exit when the service is killed: they would hold its port', async () => {
    const [folder, above] = [temporaryFolder(), temporaryFolder()];
    const below = script(folder);
    const fork = `import { fork } from 'node:child_process'; fork(${JSON.stringify(below.file)}, { stdio: 'ignore' });`;
    const { file } = script(above, fork);
    const service = startService('the test', [file], process.env);
    await vi.waitUntil(below.isUp, { timeout: 10_000 });
    const pid = Number(fs.readFileSync(path.join(folder, 'up'), 'utf8'));
    process.kill(service.pid, 'SIGKILL');
    expect(await service.ended).toBe('the test ended by SIGKILL');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
  });
});
