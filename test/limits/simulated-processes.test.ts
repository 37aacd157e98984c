import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Simulation, type StoreState } from '../support/simulated-processes.ts';

/** What happens next: a number of requests to a process, then time that passes. */
const step = (processes: number, most: number) =>
  fc.record({
    process: fc.nat(processes - 1),
    requests: fc.nat(most),
    pause: fc.oneof(fc.nat(50), fc.nat(3_000), fc.constant(61_000)),
  });
const schedule = fc.integer({ min: 1, max: 5 }).chain((processes) =>
  fc.record({
    skews: fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: processes, maxLength: processes }),
    perMinute: fc.integer({ min: 1, max: 120 }),
    latency: fc.nat(100),
    steps: fc.array(step(processes, 40), { minLength: 1, maxLength: 25 }),
    killed: fc.option(fc.record({ process: fc.nat(processes - 1), after: fc.nat(25) })),
    states: fc.array(fc.constantFrom<StoreState>('up', 'away', 'silent'), { minLength: 1, maxLength: 25 }),
  }),
);

/** Starts processes that know of each other. */
async function start(skews: readonly number[], perMinute: number): Promise<Simulation> {
  const simulation = new Simulation(skews, perMinute);
  await simulation.advance(6_000);
  return simulation;
}

// covers: LIMIT-07
test('processes together exceed a limit by at most a slice each, whatever the schedule, even if one is killed', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async ({ skews, perMinute, latency, steps, killed }) => {
      const simulation = await start(skews, perMinute);
      simulation.latency = latency;
      for (const [index, { process, requests, pause }] of steps.entries()) {
        if (killed?.after === index) simulation.kill(killed.process);
        for (let count = 0; count < requests; count++) simulation.send(process, 'a');
        await simulation.advance(pause);
      }
      await simulation.advance(5_000);
      const most = skews.length === 1 ? 0 : skews.length * simulation.slice;
      // A round trip to the store makes a process' view of the store's clock that much uncertain.
      expect(simulation.overshoot('a')).toBeLessThanOrEqual(most + (2 * latency * perMinute) / 60_000 + 0.001);
    }),
    { numRuns: 150 },
  );
});

// covers: LIMIT-08
test('a client that stays under its limit is never refused, through whichever processes it sends', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async ({ skews, perMinute, latency, steps }) => {
      const simulation = await start(skews, perMinute);
      simulation.latency = latency;
      for (const { process, requests, pause } of steps) {
        for (let count = 0; count < requests; count++) {
          const recent = simulation.requests.filter(({ sentAt }) => sentAt > simulation.now - 65_000);
          if (recent.length < perMinute) simulation.send(process, 'a');
        }
        await simulation.advance(pause);
      }
      await simulation.advance(5_000);
      expect(
        simulation.requests.filter(({ decidedAt, retryAfter }) => decidedAt === null || retryAfter !== null),
      ).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

// covers: LIMIT-09
test('while the store is away or silent, each process admits what its limit says, and decides each request within 3 s', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async ({ skews, perMinute, steps, states }) => {
      const simulation = await start(skews, perMinute);
      for (const [index, { process, requests, pause }] of steps.entries()) {
        simulation.state = states[index % states.length] ?? 'up';
        for (let count = 0; count < requests; count++) simulation.send(process, 'a');
        await simulation.advance(pause);
      }
      await simulation.advance(5_000);
      for (const process of skews.keys()) expect(simulation.overshoot('a', process)).toBeLessThanOrEqual(0.01);
      for (const { sentAt, decidedAt } of simulation.requests)
        expect((decidedAt ?? Number.POSITIVE_INFINITY) - sentAt).toBeLessThanOrEqual(3_000);
    }),
    { numRuns: 150 },
  );
});

// covers: LIMIT-09
test('after the store returns, the processes settle what they admitted without it', async () => {
  const simulation = await start([0, 5], 60);
  simulation.state = 'away';
  for (const process of [0, 1]) for (let count = 0; count < 30; count++) simulation.send(process, 'a');
  await simulation.advance(3_000);
  simulation.state = 'up';
  await simulation.advance(2_000);
  for (const process of [0, 1]) for (let count = 0; count < 60; count++) simulation.send(process, 'a');
  await simulation.advance(3_000);
  expect(simulation.overshoot('a')).toBeLessThanOrEqual(2 * simulation.slice);
});

// covers: LIMIT-09
test('after an outage of minutes in which each process admitted its limit, a client waits for a minute and the slices', async () => {
  const simulation = await start([0, 5], 60);
  simulation.state = 'away';
  for (let second = 0; second < 300; second++) {
    for (const process of [0, 1]) for (let count = 0; count < 2; count++) simulation.send(process, 'a');
    await simulation.advance(1_000);
  }
  expect(simulation.requests.filter(({ retryAfter }) => retryAfter === null).length).toBeGreaterThan(600);
  simulation.state = 'up';
  await simulation.advance(3_000);
  // A process learns what the others have settled when it settles a request of the same client.
  for (const process of [0, 1]) simulation.send(process, 'a');
  await simulation.advance(1_500);
  expect([0, 1].map((process) => simulation.send(process, 'a').retryAfter)).not.toContain(null);
  await simulation.advance(66_000);
  expect([0, 1].map((process) => simulation.send(process, 'a').retryAfter)).toEqual([null, null]);
});

// covers: LIMIT-07
test('a process that is alone decides every request at once, and refuses the same ones as without a store', async () => {
  const simulation = await start([17], 60);
  for (let count = 0; count < 70; count++) simulation.send(0, 'a');
  expect(simulation.requests.map(({ sentAt, decidedAt }) => decidedAt === sentAt)).not.toContain(false);
  expect(simulation.requests.findIndex(({ retryAfter }) => retryAfter !== null)).toBe(60);
  for (let second = 1; second < 90; second++) {
    await simulation.advance(1_000);
    expect([1, 2].map(() => simulation.send(0, 'a').retryAfter)).toEqual([null, 1]);
  }
});

// covers: LIMIT-10
test('a process settles at most once a second, with at most a thousand keys, whatever its clients send', async () => {
  const simulation = await start([0, 0], 60);
  for (let count = 0; count < 5_000; count++) simulation.send(0, `key ${count}`);
  for (let count = 0; count < 100; count++) {
    simulation.send(0, 'a');
    await simulation.advance(100);
  }
  const times = simulation.settlements.filter(({ process }) => process === 0).map(({ at }) => at);
  expect(times.length).toBeGreaterThan(10);
  for (const [index, at] of times.entries()) expect(at - (times[index - 1] ?? -1_000)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...simulation.settlements.map(({ keys }) => keys))).toBe(1_000);
});
