import { expect, test } from 'vitest';
import { reachOf } from './reach.ts';
import type { Shape } from './statement.ts';

test('a statement is the operation’s viewer’s, whatever its own values say', async () => {
  const sent: unknown[] = [];
  const shape: Shape = {
    statement: { name: 'a statement', text: 'select' },
    parameters: ({ viewer, id }) => [viewer, id],
  };
  const { rows } = reachOf('ada', async (_statement, values) => {
    sent.push(values);
    return [];
  });
  await rows(shape, { viewer: 'bob', id: 'a task' });
  expect(sent).toEqual([['ada', 'a task']]);
});
