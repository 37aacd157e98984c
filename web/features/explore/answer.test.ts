import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../../runtime/explanation.ts';
import { decidingCoordinates, toAnswer } from './answer.ts';

const coordinate = (name: string, verdict: 'allowed' | 'refused') => ({
  coordinate: name,
  verdict,
  reason: null,
  rules: [],
});
const explanation = (verdict: Explanation['verdict'], ...coordinates: Explanation['coordinates']): Explanation => ({
  verdict,
  reason: null,
  coordinates,
  rows: [],
  hidden: false,
  statements: 0,
});

describe('toAnswer', () => {
  test('toAnswer separates the explanation, and leaves the body as the API sends it without', () => {
    const explain = explanation('allowed');
    expect(toAnswer(200, { data: { a: 1 }, extensions: { explain } })).toEqual({
      status: 200,
      body: { data: { a: 1 } },
      explanation: explain,
    });
    expect(toAnswer(403, { errors: [], extensions: { explain, other: 1 } }).body).toEqual({
      errors: [],
      extensions: { other: 1 },
    });
  });

  test('toAnswer returns null for a response without an explanation', () => {
    expect(toAnswer(400, { errors: [] })).toEqual({ status: 400, body: { errors: [] }, explanation: null });
  });
});

describe('decidingCoordinates', () => {
  const coordinates = [
    coordinate('Query.tasks', 'allowed'),
    coordinate('Task.title', 'allowed'),
    coordinate('Query.tasks(userId:)', 'refused'),
  ];
  test('decidingCoordinates returns the refused coordinates of a refused request', () => {
    expect(decidingCoordinates(explanation('refused', ...coordinates)).map((one) => one.coordinate)).toEqual([
      'Query.tasks(userId:)',
    ]);
  });

  test('decidingCoordinates returns the root fields of an allowed request', () => {
    const allowed = explanation('allowed', ...coordinates.slice(0, 2), coordinate('Mutation.clearTasks', 'allowed'));
    expect(decidingCoordinates(allowed).map((one) => one.coordinate)).toEqual(['Query.tasks', 'Mutation.clearTasks']);
  });
});
