import { describe, expect, test } from 'vitest';
import { applyMutant } from './apply-mutant.ts';
import type { Change } from './change.ts';
import * as calls from './changes.ts';
import * as literals from './literal-changes.ts';
import type { Mutant } from './mutant.ts';
import { directiveIs, type SdlChange } from './sdl-changes.ts';
import { grantsUpdate, policyAllows, withoutRowSecurity } from './sql-changes.ts';

const mutantOf = (change: Change | SdlChange, declaration?: string, file = 'f.ts'): Mutant => ({
  rule: 'r',
  name: 'n',
  file,
  change,
  killedBy: 'f.test.ts',
  ...(declaration !== undefined && { in: declaration }),
});
const apply = (text: string, change: Change | SdlChange, declaration?: string, file?: string) =>
  applyMutant(text, mutantOf(change, declaration, file));

const changes = { ...calls, ...literals };

describe('an operation on TypeScript', () => {
  test.each<[string, Change, string, string]>([
    ['returns', changes.returns('%0'), 'function f(a: number) { return 1; }', 'function f(a: number) { return a; }'],
    ['returns, of an arrow function', changes.returns('1'), 'const f = () => 2;', 'const f = () => { return 1; };'],
    ['valueIs', changes.valueIs('2'), 'const f = 1 as const;', 'const f = 2 as const;'],
    [
      'removeCall',
      changes.removeCall('check', 'X'),
      "async function f() { void check('Y'); await a.check('X'); }",
      "async function f() { void check('Y'); {} }",
    ],
    ['removeThrow', changes.removeThrow(), 'function f() { throw e; }', 'function f() { { } }'],
    ['throwIs', changes.throwIs('return 1;'), 'function f() { throw e; }', 'function f() { { return 1; } }'],
    ['callIs', changes.callIs('g', '@1 + @0'), 'function f() { return g(1, 2); }', 'function f() { return (2 + 1); }'],
    [
      'callIs, of a method',
      changes.callIs('g', '@this'),
      'function f() { return a.g(); }',
      'function f() { return (a); }',
    ],
    [
      'callInstead',
      changes.callInstead('some', 'every'),
      'function f() { a.some(b); }',
      'function f() { a.every(b); }',
    ],
    ['argumentIs', changes.argumentIs('K', 1, '2'), 'function f() { new K(0, 1); }', 'function f() { new K(0, 2); }'],
    [
      'conditionIs',
      changes.conditionIs(false, 'x'),
      'function f() { if (a.x) if (b) c; return x ? 1 : 2 }'.replace('x ?', 'y ?'),
      'function f() { if (false) if (b) c; return y ? 1 : 2 }',
    ],
    [
      'branchIs',
      changes.branchIs(true, 'p', 'q'),
      'function f() { return a ? p : q }',
      'function f() { return true ? p : q }',
    ],
    [
      'skipIf, of nested ones the inner',
      changes.skipIf('x'),
      'function f() { if (a) { if (b) x(); } }',
      'function f() { if (a) { if (false) x(); } }',
    ],
    [
      'branchReturns',
      changes.branchReturns('[@0]', 'x'),
      'function f() { if (x) return g(1); }',
      'function f() { if (x) return [1]; }',
    ],
    [
      'returnIs',
      changes.returnIs('null', 'X'),
      "function f() { if (a) return 'X'; return 'Y'; }",
      "function f() { if (a) return null; return 'Y'; }",
    ],
    [
      'dropOperand',
      changes.dropOperand('b'),
      'function f() { return a && (b.x || d) && c; }',
      'function f() { return a && ((d)) && c; }',
    ],
    [
      'dropFirstOperand',
      changes.dropFirstOperand('c'),
      'function f() { return a || b || c; }',
      'function f() { return (b) || c; }',
    ],
    [
      'emptyBlock',
      changes.emptyBlock('finally'),
      'function f() { try { a } finally { b } }',
      'function f() { try { a } finally {} }',
    ],
    [
      'operatorIs',
      changes.operatorIs('>', '>='),
      'function f() { return a > b; }',
      'function f() { return (a) >= (b); }',
    ],
    ['dropProperty', changes.dropProperty('b'), 'function f() { g({ a: 1, b: 2 }); }', 'function f() { g({ a: 1 }); }'],
    ['propertyIs', changes.propertyIs('a', '2'), 'function f() { g({ a }); }', 'function f() { g({ a: 2 }); }'],
    ['overrides', changes.overrides('b'), 'function f() { g({ ...a, b }); }', 'function f() { g({ b, ...a }); }'],
    ['dropElement', changes.dropElement('b'), 'const f = [a, b, c];', 'const f = [a, c];'],
    ['dropSpread', changes.dropSpread(1), 'const f = [...a, ...b];', 'const f = [...a];'],
    ['keepElement', changes.keepElement('b'), 'const f = [a, b];', 'const f = [b];'],
    [
      'firstOnly',
      changes.firstOnly(),
      'function f() { for (const a of b) c; }',
      'function f() { for (const a of [...(b)].slice(0, 1)) c; }',
    ],
    [
      'firstOnly, of a for',
      changes.firstOnly(),
      'function f() { for (;;) c; }',
      'function f() { for (;;) { c; break; } }',
    ],
    [
      'emptyCase',
      changes.emptyCase('X'),
      "function f() { switch (a) { case 'X': b(); } }",
      "function f() { switch (a) { case 'X': break; } }",
    ],
    [
      'caseAs',
      changes.caseAs('X', 'Y'),
      "function f() { switch (a) { case 'X': b(); break; case 'Y': return; } }",
      "function f() { switch (a) { case 'X': return; case 'Y': return; } }",
    ],
    ['indexIs', changes.indexIs('0'), 'function f() { return a[i]; }', 'function f() { return a[0]; }'],
    ['nameIs', changes.nameIs('A', 'B'), 'function f() { g(A); }', 'function f() { g(B); }'],
    ['replaceStringPart', changes.replaceStringPart(/b(\d)/, '$1'), 'const f = `a b1`;', 'const f = `a 1`;'],
  ])('%s', (_, change, before, after) => {
    expect(apply(before, change, 'f').replaceAll(/\s+/g, ' ')).toBe(after.replaceAll(/\s+/g, ' '));
  });

  test('finds a method, a private method and a nested function by their path', () => {
    const text = 'class C { m() { return 1; } #p() { return 2; } } function f() { function g() { return 3; } }';
    expect(apply(text, changes.returns('0'), 'C.m')).toContain('m() { return 0; }');
    expect(apply(text, changes.returns('0'), 'C.#p')).toContain('#p() { return 0; }');
    expect(apply(text, changes.returns('0'), 'f.g')).toContain('g() { return 0; }');
  });

  test('does not look at types', () => {
    expect(apply('function f(a: X) { return (b as X) && c; }', changes.dropOperand('b'), 'f')).toContain('return (c);');
  });
});

describe('an operation on SQL', () => {
  const sql = `const sql = \`
    alter table app.a enable row level security;
    create policy p on app.a for update to r
      using (x = (select f())) with check (x = (select f()));
    create policy q on app.a using (y);
    grant update (b) on app.a to r;\`;`;

  test('policyAllows replaces the condition of one clause of one policy', () => {
    expect(apply(sql, policyAllows('p', 'app.a'))).toContain('using (true) with check (x = (select f()));');
    expect(apply(sql, policyAllows('p', 'app.a', 'with check'))).toContain(
      'using (x = (select f())) with check (true);',
    );
    expect(apply(sql, policyAllows('q', 'app.a'))).toContain('on app.a using (true);');
  });

  test('withoutRowSecurity removes the statement', () => {
    expect(apply(sql, withoutRowSecurity('app.a', 'enable'))).not.toContain('enable row level security');
  });

  test('grantsUpdate adds a column', () => {
    expect(apply(sql, grantsUpdate('c', 'app.a'))).toContain('grant update (c, b) on app.a');
  });
});

test.each([
  ['A', 'type A @auth { b(c: ID @owner): Int @owner }'],
  ['A.b', 'type A @owner { b(c: ID @owner): Int @auth }'],
  ['A.b(c:)', 'type A @owner { b(c: ID @auth): Int @owner }'],
])('directiveIs replaces the directive at %s and no other', (coordinate, after) => {
  const before = 'type A @owner { b(c: ID @owner): Int @owner }';
  expect(apply(before, directiveIs('owner', '@auth'), coordinate, 'f.graphql')).toBe(after);
});

describe('a mutant that cannot be made', () => {
  test.each<[string, string, Change, string | undefined, string]>([
    [
      'without its declaration',
      'function g() {}',
      changes.returns('1'),
      'f',
      'finds 0 times the declaration (the file declares g)',
    ],
    [
      'with two declarations',
      'class C { get f() {} set f(a) {} }',
      changes.returns('1'),
      'C.f',
      'finds 2 times the declaration',
    ],
    [
      'without its node',
      'function f() {}',
      changes.removeCall('g'),
      'f',
      'finds 0 times a statement that calls g, and needs exactly one: it was renamed, moved or removed',
    ],
    [
      'with two nodes',
      'function f() { g(); g(); }',
      changes.removeCall('g'),
      'f',
      'finds 2 times a statement that calls g, and needs exactly one: add a name',
    ],
    ['that changes nothing', 'function f() { return 1; }', changes.returnIs('1'), 'f', 'changes nothing'],
    ['whose result does not parse', 'function f() { return 1; }', changes.returnIs('('), 'f', 'f.ts does not parse'],
    [
      'of a value that is no function',
      'const f = 1;',
      changes.returns('1'),
      'f',
      'needs a function, and this is a Literal',
    ],
    ['with a parameter that is not there', 'function f() {}', changes.returns('%0'), 'f', 'names parameter 0'],
    ['with a parameter that is destructured', 'function f({ a }) {}', changes.returns('%0'), 'f', 'is destructured'],
  ])('%s says what to mend', (_, text, change, declaration, message) => {
    expect(() => apply(text, change, declaration)).toThrow('The mutant "n" cannot be made: ');
    expect(() => apply(text, change, declaration)).toThrow(message);
  });

  test('of a schema file names the directive and the coordinate', () => {
    expect(() => apply('type A { b: Int }', directiveIs('owner'), 'A.b', 'f.graphql')).toThrow(
      'finds 0 times @owner at A.b, and needs exactly one',
    );
  });
});
