import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The files of the model. They may import types of the engine, but no code of the engine or of graphql. */
const MODEL = [
  'access-change-model',
  'authorization-model',
  'coercion',
  'collect-fields',
  'constant',
  'schema-spec',
  'visible-fields',
];

test.each(MODEL)('the model is independent: %s.ts imports no code of the engine or of graphql', (name) => {
  const text = readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8');
  const values = [...text.matchAll(/^import (?!type )[^;]*? from '([^']+)'/gms)].map(([, from = '']) => from);
  expect(values.filter((from) => !MODEL.some((other) => from === `./${other}.ts`))).toEqual([]);
  expect(text).not.toMatch(/\b(import|require)\(/);
});
