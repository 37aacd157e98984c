import { describe, expect, test } from 'vitest';
import type { Holdings } from '../measure/inspector.ts';
import { describeLeaks } from './run-soak.ts';

const BEFORE: Holdings = {
  heap: 60_000_000,
  external: 10_000_000,
  resident: 200_000_000,
  resources: { TCPServerWrap: 1, TCPSocketWrap: 4, PipeWrap: 2 },
};

const leaksOf = (after: Partial<Holdings>) =>
  describeLeaks({ processes: [{ part: 'the web app', before: BEFORE, after: { ...BEFORE, ...after } }], kinds: [] });
const withResources = (resources: Record<string, number>) => ({ resources: { ...BEFORE.resources, ...resources } });

describe('a soak', () => {
  test.each([
    ['what it was', {}],
    ['a heap that has grown by 4.9 %', { heap: 62_940_000 }],
    ['a smaller heap', { heap: 50_000_000 }],
    ['connections as a pool opens them', withResources({ TCPSocketWrap: 24 })],
    ['connections with a timer each', withResources({ TCPSocketWrap: 7, Timeout: 3 })],
    ['fewer handles', { resources: { TCPServerWrap: 1 } }],
  ])('passes with %s', (_, after) => {
    expect(leaksOf(after)).toEqual([]);
  });

  // covers: ENGINE-20
  test.each<[string, Partial<Holdings>, string]>([
    ['a heap that has grown by 5.1 %', { heap: 63_060_000 }, 'The heap of the web app grew by 5.1 %.'],
    [
      'one channel that was left open',
      withResources({ MessagePort: 1 }),
      'the web app holds 1 MessagePort more than before.',
    ],
    ['one timer', withResources({ Timeout: 1 }), 'the web app holds 1 Timeout more than before.'],
    [
      'a connection for each request',
      withResources({ TCPSocketWrap: 304 }),
      'the web app holds 300 TCPSocketWrap more than before.',
    ],
  ])('fails with %s', (_, after, problem) => {
    expect(leaksOf(after)).toEqual([problem]);
  });
});
