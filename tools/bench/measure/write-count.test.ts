import fs from 'node:fs';
import { expect, test } from 'vitest';
import { writeCount } from './write-count.ts';

const WRITES = 1_000;

test.runIf(process.platform === 'linux')('counts each write of a process', () => {
  const file = fs.openSync('/dev/null', 'w');
  try {
    const before = writeCount(process.pid);
    for (let count = 0; count < WRITES; count++) fs.writeSync(file, 'a');
    const counted = writeCount(process.pid) - before;
    expect(counted).toBeGreaterThanOrEqual(WRITES);
    // Other threads of this process write, too.
    expect(counted).toBeLessThan(2 * WRITES);
  } finally {
    fs.closeSync(file);
  }
});

test('is not a number for a process that does not exist', () => {
  expect(writeCount(-1)).toBeNaN();
});
