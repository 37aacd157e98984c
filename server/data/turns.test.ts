import { describe, expect, test } from 'vitest';
import { DatabaseUnavailable } from './errors.ts';
import { PATIENT } from './patience.ts';
import { Turns } from './turns.ts';

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
    const turns = new Turns(most);
    const names = Array.from({ length: 10 }, (_, index) => `w${index}`);
    const done = names.map((name) => turns.take('alice', PATIENT, work(name)));
    for (const [index, name] of names.entries()) {
      expect(begun).toEqual(names.slice(0, most + index));
      end(name);
      expect(await done[index]).toBe(name);
    }
  });

  test('one that fails passes its turn on, and is told what it failed of', async () => {
    const turns = new Turns(1);
    const fails = turns.take('alice', PATIENT, () => Promise.reject(new Error('broken')));
    const next = turns.take('alice', PATIENT, async () => 'next');
    await expect(fails).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });

  test('nobody of another name waits for them', async () => {
    const { work } = works();
    const turns = new Turns(1);
    for (let count = 0; count < 5; count++) void turns.take('alice', PATIENT, work(`a${count}`));
    expect(await turns.take('bob', PATIENT, async () => 'done')).toBe('done');
  });

  test('whose client leaves, or whose answer is overdue, never begin, and the others come sooner', async () => {
    const { begun, work, end } = works();
    const turns = new Turns(1);
    const client = new AbortController();
    const first = turns.take('alice', PATIENT, work('first'));
    const left = turns.take('alice', { left: client.signal, due: NEVER }, work('left'));
    const overdue = turns.take('alice', { left: null, due: performance.now() + 5 }, work('overdue'));
    const gone = turns.take('alice', { left: AbortSignal.abort(), due: NEVER }, work('gone'));
    const last = turns.take('alice', PATIENT, work('last'));
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
    const turns = new Turns(2);
    const all = Array.from({ length: 100 }, (_, index) => turns.take(`v${index % 10}`, PATIENT, async () => index));
    expect(turns.names).toBe(10);
    await Promise.all(all);
    expect(turns.names).toBe(0);
  });
});
