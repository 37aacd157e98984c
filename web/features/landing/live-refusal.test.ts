import { expect, test } from 'vitest';
import { reasonOf } from './live-refusal.tsx';

const attempt = { status: 401, reason: 'Refused by @auth.' };
const answered = (status: number, code: string) =>
  ({ outcome: 'answered', status, code, challenge: null, body: '' }) as const;

test.each([
  ['the reason of the attempt', answered(401, 'UNAUTHENTICATED'), /^Refused by @auth\.$/],
  [
    'that only trusted documents run',
    answered(400, 'PERSISTED_DOCUMENT_REQUIRED'),
    /^This server runs trusted documents/,
  ],
  ['that another answer was expected', answered(400, 'TOO_COMPLEX'), /another answer than expected/],
  ['nothing without an answer', { outcome: 'unavailable' } as const, /^$/],
])('reasonOf returns %s', (_, answer, expected) => {
  expect(reasonOf(attempt, answer)).toMatch(expected);
});
