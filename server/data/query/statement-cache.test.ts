import { describe, expect, test } from 'vitest';
import type { OwnedSql } from './select-statement.ts';
import { StatementCache } from './statement-cache.ts';

/** A driver as TypeORM's PostgreSQL one is: named values in, `$1` and their order out. */
const driver = {
  escapeQueryWithParameters(text: string, values: Record<string, unknown>): [string, unknown[]] {
    const order: string[] = [];
    const escaped = text.replace(/(?<!:):(\w+)/g, (whole, name: string) => {
      if (!Object.hasOwn(values, name)) return whole;
      if (!order.includes(name)) order.push(name);
      return `$${order.indexOf(name) + 1}`;
    });
    return [escaped, order.map((name) => values[name])];
  },
};
const shapesOf = (most?: number) => new StatementCache({ driver } as never, most);
const text = (sql: string) => () => sql as OwnedSql;

describe('a shape', () => {
  test('puts the values of a call where the text wants them', () => {
    const { statement, bind } = shapesOf().getOrCreate('s', '', ['a', 'b', 'unused'], text('x :b :a :b'));
    expect(statement).toEqual({ name: expect.stringMatching(/^s\.[0-9a-f]{16}$/), text: 'x $1 $2 $1' });
    expect(bind({ a: 1, b: 2, unused: 3 })).toEqual([2, 1]);
    expect(bind({ a: null, b: 'x', unused: 3 })).toEqual(['x', null]);
  });

  // covers: DATA-02
  test('takes values as they are: none becomes part of the text', () => {
    const hostile = "'; drop table app.task; --";
    const { statement, bind } = shapesOf().getOrCreate('s', '', ['a'], text('select :a'));
    expect(bind({ a: hostile })).toEqual([hostile]);
    expect(statement.text).toBe('select $1');
  });

  // covers: DATA-02
  test('that speaks of a value nobody named is refused: it would be a literal of PostgreSQL’s', () => {
    expect(() => shapesOf().getOrCreate('s', '', [], text('select :forgotten'))).toThrow(
      new TypeError('A statement of this shape speaks of :forgotten: name the value.'),
    );
    expect(() => shapesOf().getOrCreate('s', '', [], text('select x::uuid'))).not.toThrow();
  });

  test('is built once, and keeps its name', () => {
    const statementCache = shapesOf();
    let built = 0;
    const build = () => {
      built++;
      return 'select' as OwnedSql;
    };
    const first = statementCache.getOrCreate('s', 'a', [], build);
    expect(statementCache.getOrCreate('s', 'a', [], build)).toBe(first);
    expect(built).toBe(1);
    expect(statementCache.getOrCreate('s', 'b', [], text('another')).statement.name).not.toBe(first.statement.name);
  });
});

describe('prepared names', () => {
  // covers: CONTRACT-16, DATA-09
  test('are 200 at most, whatever callers ask for; what comes later runs unnamed and as well', () => {
    const statementCache = shapesOf();
    const names = new Set<string>();
    for (let number = 0; number < 5_000; number++) {
      const { statement } = statementCache.getOrCreate('task.page', `columns ${number}`, [], text(`select ${number}`));
      expect(statement.text).toBe(`select ${number}`);
      names.add(statement.name);
    }
    names.delete('');
    expect(names.size).toBe(200);
  });

  test('stay with the shapes that had them before others came by the thousand', () => {
    const statementCache = shapesOf(2);
    const early = statementCache.getOrCreate('early', '', [], text('select'));
    for (let number = 0; number < 100; number++) statementCache.getOrCreate('s', String(number), [], text('select'));
    expect(statementCache.getOrCreate('early', '', [], text('never built again'))).toBe(early);
  });

  test('are short enough for PostgreSQL to tell them apart, whatever the key', () => {
    const { statement } = shapesOf().getOrCreate('task.page', 'x'.repeat(1_000), [], text('select'));
    expect(statement.name.length).toBeLessThan(64);
  });

  test('are each for one text, whoever makes it: two of us can share a connection', () => {
    const names = ['select 1', 'select 2'].flatMap((sql) =>
      [shapesOf(), shapesOf()].map((statementCache, index) => {
        for (let before = 0; before < index; before++) statementCache.getOrCreate('other', '', [], text('select 3'));
        return statementCache.getOrCreate('s', 'key', [], text(sql)).statement.name;
      }),
    );
    expect(names[0]).toBe(names[1]);
    expect(names[2]).toBe(names[3]);
    expect(names[0]).not.toBe(names[2]);
  });

  test('run out, and of the texts without one only the last used are kept', () => {
    const statementCache = shapesOf(2);
    const built: string[] = [];
    const ask = (key: string) =>
      statementCache.getOrCreate('s', key, [], () => {
        built.push(key);
        return 'select' as OwnedSql;
      });
    for (const key of ['a', 'b', 'c', 'd', 'c', 'e', 'c', 'd']) ask(key);
    expect(built).toEqual(['a', 'b', 'c', 'd', 'e', 'd']);
  });
});
