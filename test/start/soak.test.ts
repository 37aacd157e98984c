import { expect, test } from 'vitest';
import { soak, describeLeaks } from '../../tools/bench/soak/run-soak.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Enough that a leak of 25 kB a page exceeds the allowed 5 %; a single leaked handle is always found. */
const SAMPLE = { warmUp: 100, repetitions: 150, tokens: 0 };
/** 30 s on two idle cores; a busy machine may take ten times as long. */
const TIMEOUT = 300_000;

// covers: OPS-10
test('a running Fieldgate leaks neither memory nor handles over 150 requests of each kind', {
  timeout: TIMEOUT,
}, async () => {
  const outcome = await soak(SAMPLE, {
    folder: temporaryFolder(),
    log: () => undefined,
    signal: AbortSignal.timeout(TIMEOUT - 10_000),
  });
  expect(outcome.kinds.length).toBeGreaterThan(10);
  expect(describeLeaks(outcome)).toEqual([]);
});
