import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What says how it should be: of the engine these files may know the types, and nothing else of anybody. */
const MODEL = ['model', 'coercion', 'collect', 'constant', 'schemaSpec', 'shown'];

test.each(MODEL)(
  'the model is made apart from the engine: %s.ts takes nothing from it, and no function of graphql',
  (name) => {
    const text = readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8');
    const values = [...text.matchAll(/^import (?!type )[^;]*? from '([^']+)'/gms)].map(([, from = '']) => from);
    expect(values.filter((from) => !MODEL.some((other) => from === `./${other}.ts`))).toEqual([]);
    expect(text).not.toMatch(/\b(import|require)\(/);
  },
);
