import { describe, expect, test } from 'vitest';
import { codes } from './api.ts';
import { CHANGE, CURSORS, HOSTILE, PLACES, placed, UPDATE } from './hostile.ts';
import { apiOnScene } from './on-scene.ts';

const on = apiOnScene();

const REFUSALS = ['BAD_USER_INPUT', 'FORBIDDEN', 'NOT_FOUND', 'BAD_REQUEST', 'CONFLICT'];
/** What no answer may tell of what is inside. */
const INSIDE =
  /INTERNAL|UNAVAILABLE|stack|at \w+ \(|node_modules|select |insert |update app|violates|constraint|pg_|syntax error at/i;

describe('no value is a fault of the server’s', () => {
  test.each(PLACES)('in $place', async ({ query, field }) => {
    const ids: Record<string, string> = { [UPDATE]: on.there.bobsTask, [CHANGE]: on.there.bobsStep };
    const look = async (value: unknown) => {
      const answer = await on.asBob(query, {
        v: placed(value, field, query),
        ...(query.includes('$id') && { id: ids[query] ?? on.there.bobsTask }),
      });
      const said = `${JSON.stringify(value).slice(0, 60)}: ${answer.text.slice(0, 300)}`;
      expect([200, 400, 403], said).toContain(answer.status);
      expect(answer.body, said).not.toBeNull();
      for (const code of codes(answer)) expect(REFUSALS, said).toContain(code);
      expect(answer.text.replaceAll(JSON.stringify(value).slice(1, -1), ''), said).not.toMatch(INSIDE);
      for (const [, owner] of answer.text.matchAll(/"userId":"([^"]*)"/g)) expect(owner, said).toBe(on.there.bob);
    };
    const values = query.includes('after: $v') ? [...HOSTILE, ...CURSORS] : HOSTILE;
    await Promise.all(values.map(look));
    expect(on.api.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('of a megabyte, wherever it stands', async () => {
    for (const { query, field } of PLACES) {
      const answer = await on.asBob(query, { v: placed('x'.repeat(1_000_000), field, query), id: on.there.bobsTask });
      expect([answer.status, codes(answer)], query).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
    }
  });

  test('written into the document either', async () => {
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
    const places = [
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
    for (const place of places)
      for (const literal of literals) {
        const answer = await on.asBob(place.replaceAll('_', literal));
        expect([200, 400], `${place} ${literal} ${answer.text}`).toContain(answer.status);
        expect(codes(answer), `${place} ${literal}`).not.toContain('INTERNAL_SERVER_ERROR');
      }
  });
});
