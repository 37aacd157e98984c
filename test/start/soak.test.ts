import { expect, test } from 'vitest';
import { soak, soakFaults } from '../../bench/soak/soak.ts';
import { temporaryFolder } from '../setup/folder.ts';

/** So many that 15 kB a page, kept for good, are more than the 5 % that are allowed. */
const SAMPLE = { warmUp: 150, repetitions: 250, tokens: 0 };

test('a running Fieldgate holds no more memory and no more handles after 250 requests of each kind than before', {
  timeout: 180_000,
}, async () => {
  const outcome = await soak(SAMPLE, {
    folder: temporaryFolder(),
    say: () => undefined,
    signal: AbortSignal.timeout(170_000),
  });
  expect(outcome.kinds.length).toBeGreaterThan(10);
  expect(soakFaults(outcome)).toEqual([]);
});
