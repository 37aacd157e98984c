import { describe, expect, test } from 'vitest';
import type { OwnedSql } from './select-statement.ts';
import { StatementCache } from './statement-cache.ts';

/** Replaces `:name` by `$1` as TypeORM's PostgreSQL driver does, and returns the values in order. */
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
const createCache = (maxNamed?: number) => new StatementCache({ driver } as never, maxNamed);
const text = (sql: string) => () => sql as OwnedSql;

describe('getOrCreate', () => {
  test('bind returns the values in the order of the parameters in the text', () => {
    const { statement, bind } = createCache().getOrCreate('s', '', ['a', 'b', 'unused'], text('x :b :a :b'));
    expect(statement).toEqual({ name: expect.stringMatching(/^s\.[0-9a-f]{16}$/), text: 'x $1 $2 $1' });
    expect(bind({ a: 1, b: 2, unused: 3 })).toEqual([2, 1]);
    expect(bind({ a: null, b: 'x', unused: 3 })).toEqual(['x', null]);
  });

  // covers: DATA-02
  test('bind passes values unchanged, and none becomes part of the SQL text', () => {
    const hostile = "'; drop table app.task; --";
    const { statement, bind } = createCache().getOrCreate('s', '', ['a'], text('select :a'));
    expect(bind({ a: hostile })).toEqual([hostile]);
    expect(statement.text).toBe('select $1');
  });

  // covers: DATA-02
  test('getOrCreate throws if the text contains a parameter that is not listed', () => {
    expect(() => createCache().getOrCreate('s', '', [], text('select :forgotten'))).toThrow(
      new TypeError('The SQL text contains the parameter :forgotten, which is not listed in `names`.'),
    );
    expect(() => createCache().getOrCreate('s', '', [], text('select x::uuid'))).not.toThrow();
  });

  test('a statement is built once, and keeps its name', () => {
    const statementCache = createCache();
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
  test('at most 200 statements are named, and later ones run unnamed', () => {
    const statementCache = createCache();
    const names = new Set<string>();
    for (let number = 0; number < 5_000; number++) {
      const { statement } = statementCache.getOrCreate('task.page', `columns ${number}`, [], text(`select ${number}`));
      expect(statement.text).toBe(`select ${number}`);
      names.add(statement.name);
    }
    names.delete('');
    expect(names.size).toBe(200);
  });

  test('named statements are never evicted', () => {
    const statementCache = createCache(2);
    const early = statementCache.getOrCreate('early', '', [], text('select'));
    for (let number = 0; number < 100; number++) statementCache.getOrCreate('s', String(number), [], text('select'));
    expect(statementCache.getOrCreate('early', '', [], text('never built again'))).toBe(early);
  });

  test('statement names are shorter than 64 bytes, whatever the key', () => {
    const { statement } = createCache().getOrCreate('task.page', 'x'.repeat(1_000), [], text('select'));
    expect(statement.name.length).toBeLessThan(64);
  });

  test('equal texts have equal names and different texts different names, across caches that share a connection', () => {
    const names = ['select 1', 'select 2'].flatMap((sql) =>
      [createCache(), createCache()].map((statementCache, index) => {
        for (let before = 0; before < index; before++) statementCache.getOrCreate('other', '', [], text('select 3'));
        return statementCache.getOrCreate('s', 'key', [], text(sql)).statement.name;
      }),
    );
    expect(names[0]).toBe(names[1]);
    expect(names[2]).toBe(names[3]);
    expect(names[0]).not.toBe(names[2]);
  });

  test('unnamed statements are kept in an LRU cache', () => {
    const statementCache = createCache(2);
    const built: string[] = [];
    const get = (key: string) =>
      statementCache.getOrCreate('s', key, [], () => {
        built.push(key);
        return 'select' as OwnedSql;
      });
    for (const key of ['a', 'b', 'c', 'd', 'c', 'e', 'c', 'd']) get(key);
    expect(built).toEqual(['a', 'b', 'c', 'd', 'e', 'd']);
  });
});
