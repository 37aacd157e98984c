import { format } from 'node:util';
import { afterEach, beforeEach, expect, vi } from 'vitest';

const spy = vi.spyOn(console, 'error');

beforeEach(() => {
  spy.mockClear();
});

// Fails a test that prints to console.error, unless the test mocks it.
afterEach(() => {
  const unexpected = vi.isMockFunction(console.error) && console.error === spy ? spy.mock.calls : [];
  expect(
    unexpected.map((args) => format(...args)),
    'unexpected console.error',
  ).toEqual([]);
});
