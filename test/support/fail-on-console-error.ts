import { format } from 'node:util';
import { afterEach, beforeEach, expect, vi } from 'vitest';

const spy = vi.spyOn(console, 'error');

beforeEach(() => {
  spy.mockClear();
});

/** What goes to the console as an error is a failure, unless the test has said that it expects it. */
afterEach(() => {
  const unexpected = vi.isMockFunction(console.error) && console.error === spy ? spy.mock.calls : [];
  expect(
    unexpected.map((args) => format(...args)),
    'unexpected console.error',
  ).toEqual([]);
});
