import { expect, test } from 'vitest';
import { createViewerSession } from './viewer-session.ts';
import type { PreparedQuery } from './statement-cache.ts';

// covers: DATA-02, FR-018
test('a statement is the operation’s viewer’s, whatever its own values say', async () => {
  const sent: unknown[] = [];
  const shape: PreparedQuery = {
    statement: { name: 'a statement', text: 'select' },
    bind: ({ viewer, id }) => [viewer, id],
  };
  const { query } = createViewerSession('ada', async (_statement, values) => {
    sent.push(values);
    return [];
  });
  await query(shape, { viewer: 'bob', id: 'a task' });
  expect(sent).toEqual([['ada', 'a task']]);
});
