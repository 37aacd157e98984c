import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { ExplainedRule, Explanation } from '../../../runtime/explanation.ts';
import type { Answer, ResponseBody } from './answer.ts';
import { AnswerPanel, type AnswerState } from './answer-panel.tsx';

const rule = (directive: string, line: number | null, refuses = false): ExplainedRule => ({
  directive,
  at: line === null ? null : 'Query.tasks',
  location: line === null ? null : { file: 'schema/task.graphql', line },
  refuses,
});
const explanation = (changes: Partial<Explanation>): Explanation => ({
  verdict: 'allowed',
  reason: null,
  coordinates: [],
  rows: [],
  hidden: false,
  statements: 0,
  ...changes,
});
const failing = (code: string, coordinate?: string): ResponseBody => ({
  errors: [{ message: 'm', extensions: { code, ...(coordinate !== undefined && { coordinate }) } }],
});
const answer = (status: number, body: ResponseBody, changes: Partial<Explanation> | null): Answer => ({
  status,
  body,
  explanation: changes && explanation(changes),
});

/** The text of the panel. */
const textOf = (state: AnswerState, explain = true) =>
  renderToStaticMarkup(<AnswerPanel state={state} explain={explain} />)
    .replaceAll(/<\/p>|<\/li>/g, ' ')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
    .trim();

describe('AnswerPanel', () => {
  test('AnswerPanel names status, code, statements, and the rule that refuses, without the other rules', () => {
    const refused = {
      coordinate: 'Query.tasks',
      verdict: 'refused' as const,
      reason: 'FORBIDDEN',
      rules: [rule('@auth', 1), rule('@auth(roles: [ADMIN])', 7, true)],
    };
    const state = answer(403, failing('FORBIDDEN'), {
      verdict: 'refused',
      reason: 'FORBIDDEN',
      coordinates: [refused],
    });
    expect(textOf(state)).toBe(
      '403 FORBIDDENNo SQL statements ran Query.tasks is refused by @auth(roles: [ADMIN]) schema/task.graphql:7',
    );
  });

  test('AnswerPanel names the rule that makes one field of an allowed request null', () => {
    const nulled = {
      coordinate: 'Task.note',
      verdict: 'null' as const,
      reason: 'FORBIDDEN',
      rules: [rule('@auth', 1), rule('@auth(roles: [ADMIN], onRefusal: NULL)', 7, true)],
    };
    const state = answer(200, failing('FORBIDDEN', 'Task.note'), { coordinates: [nulled], statements: 1 });
    expect(textOf(state)).toBe(
      '200 FORBIDDEN1 SQL statement ran Task.note is made null by @auth(roles: [ADMIN], onRefusal: NULL) schema/task.graphql:7',
    );
  });

  // covers: EXPLORE-01
  test('AnswerPanel says that a hidden rule is hidden, and names the coordinate that the API names', () => {
    const state = answer(401, failing('UNAUTHENTICATED', 'Query.securityLog'), { verdict: 'refused', hidden: true });
    expect(textOf(state)).toContain('Query.securityLog refused it. The rule is not shown to you');
  });

  test('AnswerPanel names the owner rules of the rows, and says why a field is null', () => {
    const rows = [{ type: 'Task', rules: [rule('@owner(field: "userId")', 2)] }];
    const text = textOf(answer(200, { data: { task: null } }, { rows, statements: 1 }));
    expect(text).toContain('200 OK1 SQL statement ran');
    expect(text).toContain('Rows of Task are limited by @owner(field: "userId") schema/task.graphql:2.');
    expect(text).toContain('task is null: you own no such row.');
    expect(textOf(answer(200, { data: { task: {} } }, { rows, statements: 2 }))).not.toContain('is null');
  });

  test('AnswerPanel names a rule whose place is hidden, without a place', () => {
    const allowed = {
      coordinate: 'Query.tasks',
      verdict: 'allowed' as const,
      reason: null,
      rules: [rule('@auth', null)],
    };
    expect(textOf(answer(200, { data: {} }, { coordinates: [allowed] }))).toMatch(/Query\.tasks is allowed by @auth$/);
  });

  test.each([
    [400, 'GRAPHQL_VALIDATION_FAILED', true, 'The API rejected the request before it applied a rule.'],
    [503, 'UNAVAILABLE', true, 'The server failed, so there is no decision to explain.'],
    [403, 'FORBIDDEN', false, 'This server does not explain its decisions: the operator sets EXPLAIN=on.'],
    [400, 'PERSISTED_DOCUMENT_REQUIRED', false, 'This server runs trusted documents only (OPERATIONS=trusted)'],
  ])('AnswerPanel says why there is no explanation: %i %s, EXPLAIN %s', (status, code, explain, expected) => {
    const text = textOf(answer(status, failing(code), null), explain);
    expect(text).toContain(`${status} ${code}`);
    expect(text).toContain(expected);
  });

  test.each(['no request', 'waiting', 'no answer'] as const)('AnswerPanel has a sentence for the state %s', (state) => {
    expect(textOf(state)).toMatch(/[.…]$/);
  });
});
