import { expect, test } from 'vitest';
import { ReplicaLag } from './replica-lag.ts';

/** A primary and two replicas, on a clock that the test sets. */
function setUp() {
  const state = { at: 0, primary: 1_000n as bigint | null, near: 1_000n, far: 1_000n };
  const lag = new ReplicaLag({
    primaryPosition: async () => state.primary,
    replicas: [
      { name: 'near', replayedNow: async () => state.near },
      { name: 'far', replayedNow: async () => state.far },
    ],
    now: () => state.at,
  });
  return { state, seconds: async () => Object.fromEntries(await lag.seconds()) };
}

// covers: REPL-06
test('a replica that has replayed all is 0 s behind, however long nothing is written', async () => {
  const { state, seconds } = setUp();
  for (const at of [0, 15_000, 3_600_000]) {
    state.at = at;
    expect(await seconds()).toEqual({ near: 0, far: 0 });
  }
});

// covers: REPL-06
test('the lag of a replica grows from when the primary had what it lacks, and is 0 again once it has it', async () => {
  const { state, seconds } = setUp();
  await seconds();
  Object.assign(state, { at: 15_000, primary: 2_000n, near: 2_000n });
  expect(await seconds()).toEqual({ near: 0, far: 0 });
  Object.assign(state, { at: 30_000, primary: 3_000n, near: 3_000n });
  expect(await seconds()).toEqual({ near: 0, far: 15 });
  // It replays, but stays behind.
  Object.assign(state, { at: 45_000, primary: 4_000n, near: 4_000n, far: 2_000n });
  expect(await seconds()).toEqual({ near: 0, far: 15 });
  Object.assign(state, { at: 60_000, far: 4_000n });
  expect(await seconds()).toEqual({ near: 0, far: 0 });
});

// covers: REPL-06
test('the lag of a replica goes on growing while the primary is silent', async () => {
  const { state, seconds } = setUp();
  state.primary = 2_000n;
  await seconds();
  Object.assign(state, { at: 20_000, primary: null });
  expect(await seconds()).toEqual({ near: 20, far: 20 });
});

// covers: REPL-06
test('the header of a page that the primary counts and a replica does not yet is no lag', async () => {
  const { state, seconds } = setUp();
  state.primary = 1_040n;
  await seconds();
  state.at = 600_000;
  expect(await seconds()).toEqual({ near: 0, far: 0 });
});
