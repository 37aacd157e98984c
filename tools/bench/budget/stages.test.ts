import { expect, test } from 'vitest';
import type { ProfileNode } from '../measure/inspector.ts';
import { stageShares } from './stages.ts';

const node = (id: number, functionName: string, url: string, hitCount: number, ...children: number[]): ProfileNode => ({
  id,
  callFrame: { functionName, url },
  hitCount,
  children,
});

test('each sample counts for the stage of the file in which it was taken, and idle samples do not count', () => {
  const shares = stageShares({
    nodes: [
      node(1, '(root)', '', 0, 2, 3, 4),
      node(2, '(idle)', '', 900),
      node(3, '(garbage collector)', '', 10),
      node(4, 'handler', 'file:///app/server/http/graphql-route.ts', 20, 5, 6),
      node(5, 'executeField', 'file:///app/node_modules/graphql/execution/execute.js', 30),
      node(6, 'query', 'file:///app/node_modules/pg/lib/client.js', 40, 7),
      node(7, 'writeGeneric', 'node:internal/stream_base_commons', 50),
    ],
  });
  expect(shares).toMatchObject({
    garbage: 10 / 150,
    HTTP: 20 / 150,
    execution: 30 / 150,
    wire: 40 / 150,
    socket: 50 / 150,
    other: 0,
  });
});

test('a function without a file counts for its caller, JSON and writing excepted', () => {
  const shares = stageShares({
    nodes: [
      node(1, '(root)', '', 0, 2),
      node(2, 'verify', 'file:///app/server/authentication/compact-token.ts', 1, 3, 4, 5),
      node(3, 'slice', '', 2),
      node(4, 'parse', '', 3),
      node(5, 'writev', '', 4),
    ],
  });
  expect(shares).toMatchObject({ token: 3 / 10, JSON: 3 / 10, socket: 4 / 10 });
});
