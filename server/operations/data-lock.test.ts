import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { lockDataFolder } from './data-lock.ts';

const ME = { pid: 4711, url: 'http://localhost:3000' };

/** Starts another process that holds the lock until it is killed. */
async function startHolder(folder: string) {
  const source = `
    import { lockDataFolder } from ${JSON.stringify(new URL('./data-lock.ts', import.meta.url).href)};
    await lockDataFolder(${JSON.stringify(folder)}, { pid: process.pid, url: 'http://localhost:3999' });
    console.log('held');
    setInterval(() => {}, 60_000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { pid: child.pid, kill };
}

describe('lockDataFolder', () => {
  test('lockDataFolder refuses a second process, naming the process id and URL of the first', async () => {
    const folder = temporaryFolder();
    const holder = await startHolder(folder);
    await expect(lockDataFolder(folder, ME)).rejects.toThrow(
      `${folder} is in use by process ${holder.pid} (http://localhost:3999): stop that one, or set DATA_DIR`,
    );
    await holder.kill();
  });

  test('lockDataFolder succeeds at once after the holder was killed, with afterCrash', async () => {
    const folder = temporaryFolder();
    await (await startHolder(folder)).kill();
    const lock = await lockDataFolder(folder, ME);
    expect(lock.afterCrash).toBe(true);
    lock.release();
  });

  test('lockDataFolder succeeds although the process id of the killed holder belongs to a running process', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'running.json'), JSON.stringify({ ...ME, pid: process.pid }));
    (await lockDataFolder(folder, ME)).release();
  });

  test('lockDataFolder waits for a holder that is stopping', async () => {
    const folder = temporaryFolder();
    const first = await lockDataFolder(folder, ME);
    first.announceStop();
    const second = lockDataFolder(folder, ME);
    setTimeout(first.release, 300);
    const { afterCrash, release } = await second;
    expect(afterCrash).toBe(false);
    release();
  });

  test('lockDataFolder rejects if a holder that is stopping does not release the lock in time', async () => {
    const folder = temporaryFolder();
    const first = await lockDataFolder(folder, ME);
    first.announceStop();
    await expect(lockDataFolder(folder, ME, 300)).rejects.toThrow('is in use by process 4711');
    first.release();
  });

  test('lockDataFolder explains why a folder cannot be created', async () => {
    const file = path.join(temporaryFolder(), 'file');
    fs.writeFileSync(file, '');
    await expect(lockDataFolder(path.join(file, 'data'), ME)).rejects.toThrow(
      `${path.join(file, 'data')} cannot be written: a part of this path is a file.`,
    );
  });
});
