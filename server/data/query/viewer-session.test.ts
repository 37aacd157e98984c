import { expect, test } from 'vitest';
import { createViewerSession } from './viewer-session.ts';
import type { PreparedQuery } from './statement-cache.ts';

// covers: DATA-02, FR-018
test('query binds `:viewer` to the session’s viewer, even if the values contain another', async () => {
  const sent: unknown[] = [];
  const preparedQuery: PreparedQuery = {
    statement: { name: 'a statement', text: 'select' },
    bind: ({ viewer, id }) => [viewer, id],
  };
  const { query } = createViewerSession('ada', async (_statement, values) => {
    sent.push(values);
    return [];
  });
  await query(preparedQuery, { viewer: 'bob', id: 'a task' });
  expect(sent).toEqual([['ada', 'a task']]);
});
