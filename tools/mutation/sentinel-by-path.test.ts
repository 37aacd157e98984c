import { expect, test } from 'vitest';
import { authorize } from '../../server/access/authorize.ts';
import * as engine from '../../server/access/index.ts';
import { EMPTY_OPERATION } from './sentinel-operation.ts';

test('the engine by its relative path allows an operation that needs nothing', () => {
  expect(authorize(...EMPTY_OPERATION)).toEqual({ kind: 'allowed' });
  expect(engine.authorize(...EMPTY_OPERATION)).toEqual({ kind: 'allowed' });
});
