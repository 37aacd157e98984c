import { expect, test } from 'vitest';
import { withoutStack } from './without-stack.ts';

test('withoutStack creates an error whose stack has no frame', () => {
  expect(withoutStack(() => new Error('sent')).stack).toBe('Error: sent');
});

test('withoutStack leaves the stacks of other errors as they are, also if the function throws', () => {
  const fail = () => {
    throw new Error('inside');
  };
  expect(() => withoutStack(fail)).toThrow('inside');
  expect(new Error('any other').stack).toMatch(/\n\s+at /);
});
