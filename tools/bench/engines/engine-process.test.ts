import { expect, test } from 'vitest';
import { inRoot } from '../../../server/operations/paths.ts';
import { EngineProcess } from './engine-process.ts';

const CONTESTANTS = inRoot('tools/bench/engines/contestants');

test('Fieldgate gives no wrong answer to the corpus of the benchmark, and runs nothing of a refused request', async () => {
  const contestant = new EngineProcess('fieldgate', CONTESTANTS);
  try {
    await contestant.ready;
    expect(await contestant.check()).toEqual({ requests: expect.any(Number), wrong: [], partial: 0 });
    expect(await contestant.measure('refused, no role', 1)).toEqual({
      engine: expect.any(Number),
      bare: expect.any(Number),
    });
  } finally {
    contestant.stop();
  }
});

test('an engine that does not start is named, and so is one that has ended when it is asked', async () => {
  const contestant = new EngineProcess('no-such-engine', CONTESTANTS);
  await expect(contestant.ready).rejects.toThrow('The process of no-such-engine ended with exit code 1.');
  await expect(contestant.check()).rejects.toThrow('The process of no-such-engine cannot be reached: Channel closed.');
});
