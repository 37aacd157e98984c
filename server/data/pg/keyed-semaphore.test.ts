import { describe, expect, test } from 'vitest';
import { DatabaseUnavailable } from './database-errors.ts';
import { NO_DEADLINE } from './deadline.ts';
import { KeyedSemaphore } from './keyed-semaphore.ts';

/** Work that goes on until it is told to end, and what began, in order. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.set(name, () => resolve(name));
    });
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}
const NEVER = Number.POSITIVE_INFINITY;

describe('of one name', () => {
  test.each([1, 2, 5])('%i go at a time, in the order in which they came', async (most) => {
    const { begun, work, end } = works();
    const turns = new KeyedSemaphore(most);
    const names = Array.from({ length: 10 }, (_, index) => `w${index}`);
    const done = names.map((name) => turns.run('alice', NO_DEADLINE, work(name)));
    for (const [index, name] of names.entries()) {
      expect(begun).toEqual(names.slice(0, most + index));
      end(name);
      expect(await done[index]).toBe(name);
    }
  });

  test('one that fails passes its turn on, and is told what it failed of', async () => {
    const turns = new KeyedSemaphore(1);
    const fails = turns.run('alice', NO_DEADLINE, () => Promise.reject(new Error('broken')));
    const next = turns.run('alice', NO_DEADLINE, async () => 'next');
    await expect(fails).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });

  // covers: HTTP-04
  test('nobody of another name waits for them', async () => {
    const { work } = works();
    const turns = new KeyedSemaphore(1);
    for (let count = 0; count < 5; count++) void turns.run('alice', NO_DEADLINE, work(`a${count}`));
    expect(await turns.run('bob', NO_DEADLINE, async () => 'done')).toBe('done');
  });

  test('whose client leaves, or whose answer is overdue, never begin, and the others come sooner', async () => {
    const { begun, work, end } = works();
    const turns = new KeyedSemaphore(1);
    const client = new AbortController();
    const first = turns.run('alice', NO_DEADLINE, work('first'));
    const left = turns.run('alice', { clientGone: client.signal, expiresAt: NEVER }, work('left'));
    const overdue = turns.run('alice', { clientGone: null, expiresAt: performance.now() + 5 }, work('overdue'));
    const gone = turns.run('alice', { clientGone: AbortSignal.abort(), expiresAt: NEVER }, work('gone'));
    const last = turns.run('alice', NO_DEADLINE, work('last'));
    const refused = [left, overdue, gone].map((one) => expect(one).rejects.toBeInstanceOf(DatabaseUnavailable));
    client.abort();
    await Promise.all(refused);
    end('first');
    expect(await first).toBe('first');
    end('last');
    expect(await last).toBe('last');
    expect(begun).toEqual(['first', 'last']);
  });

  test('nothing is remembered once the last has ended', async () => {
    const turns = new KeyedSemaphore(2);
    const all = Array.from({ length: 100 }, (_, index) => turns.run(`v${index % 10}`, NO_DEADLINE, async () => index));
    expect(turns.activeKeys).toBe(10);
    await Promise.all(all);
    expect(turns.activeKeys).toBe(0);
  });
});
