import { expect, test } from 'vitest';
import { EMPTY_OPERATION } from './sentinel-operation.ts';
import { WORKSPACE } from './sentinels.ts';

test('the engine by its package name allows an operation that needs nothing', async () => {
  const engine = (await import(/* @vite-ignore */ WORKSPACE)) as typeof import('../../server/access/index.ts');
  expect(engine.authorize(...EMPTY_OPERATION)).toEqual({ kind: 'allowed' });
});
