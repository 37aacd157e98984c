import { describe, expect, test } from 'vitest';
import { errorCodes } from '../support/test-api.ts';
import {
  UPDATE_STEP,
  HOSTILE_CURSORS,
  HOSTILE_VALUES,
  INPUT_POSITIONS,
  inputValue,
  UPDATE_TASK,
} from './hostile-values.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';

const fixture = setUpApiFixture();

const REFUSALS = ['BAD_USER_INPUT', 'FORBIDDEN', 'NOT_FOUND', 'BAD_REQUEST', 'CONFLICT'];
/** Internal details that no response may contain. */
const INTERNAL_DETAIL =
  /INTERNAL|UNAVAILABLE|stack|at \w+ \(|node_modules|select |insert |update app|violates|constraint|pg_|syntax error at/i;

// covers: CONTRACT-15, HTTP-17
describe('hostile input values', () => {
  test.each(INPUT_POSITIONS)(
    'answers every hostile value with data or a client error in $position',
    async ({ query, field }) => {
      const ids: Record<string, string> = {
        [UPDATE_TASK]: fixture.seeded.bobsTask,
        [UPDATE_STEP]: fixture.seeded.bobsStep,
      };
      const checkValue = async (value: unknown) => {
        const response = await fixture.executeAsBob(query, {
          v: inputValue(value, field, query),
          ...(query.includes('$id') && { id: ids[query] ?? fixture.seeded.bobsTask }),
        });
        const message = `${JSON.stringify(value).slice(0, 60)}: ${response.text.slice(0, 300)}`;
        expect([200, 400, 403], message).toContain(response.status);
        expect(response.body, message).not.toBeNull();
        for (const code of errorCodes(response)) expect(REFUSALS, message).toContain(code);
        expect(response.text.replaceAll(JSON.stringify(value).slice(1, -1), ''), message).not.toMatch(INTERNAL_DETAIL);
        for (const [, owner] of response.text.matchAll(/"userId":"([^"]*)"/g))
          expect(owner, message).toBe(fixture.seeded.bob);
      };
      const values = query.includes('after: $v') ? [...HOSTILE_VALUES, ...HOSTILE_CURSORS] : HOSTILE_VALUES;
      await Promise.all(values.map(checkValue));
      expect(fixture.api.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    },
  );

  // covers: HTTP-17
  test('rejects a value of 1 MB in every position with 413', async () => {
    for (const { query, field } of INPUT_POSITIONS) {
      const response = await fixture.executeAsBob(query, {
        v: inputValue('x'.repeat(1_000_000), field, query),
        id: fixture.seeded.bobsTask,
      });
      expect([response.status, errorCodes(response)], query).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
    }
  });

  // covers: HTTP-17
  test('answers hostile literals in the document without an internal error', async () => {
    const literals = [
      '2147483648',
      '-2147483649',
      '1e309',
      '-1e309',
      '0x1',
      '1.5',
      '""',
      '"\\u0000"',
      '"\\uD800"',
      '"\\u{110000}"',
      'null',
      'true',
      'ENUM',
      '[1]',
      '{}',
      '{ __proto__: 1 }',
      '$undefined',
      '"""\u0000"""',
    ];
    const documents = [
      '{ tasks(first: _) { totalCount } }',
      '{ tasks(after: _) { totalCount } }',
      '{ task(id: _) { id } }',
      'mutation { createTask(input: { title: _ }) { id } }',
      'mutation { createTask(input: { title: "t", dueAt: _ }) { id } }',
      'mutation { createTask(input: _) { id } }',
      '{ tasks(filter: { text: _ }) { totalCount } }',
      '{ tasks(filter: { dueBefore: _ }) { totalCount } }',
      '{ tasks(orderBy: { field: _ }) { totalCount } }',
      'mutation { moveTask(id: "x", after: _) { id } }',
      'mutation { updateTask(id: "x", input: {}, expectedVersion: _) { id } }',
      'mutation { addStep(taskId: _, input: { title: _ }) { id } }',
    ];
    for (const document of documents)
      for (const literal of literals) {
        const response = await fixture.executeAsBob(document.replaceAll('_', literal));
        expect([200, 400], `${document} ${literal} ${response.text}`).toContain(response.status);
        expect(errorCodes(response), `${document} ${literal}`).not.toContain('INTERNAL_SERVER_ERROR');
      }
  });
});
