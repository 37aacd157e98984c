import { describe, expect, test } from 'vitest';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { unmetChecks, type PasswordPolicy, passwordChecks } from './password-policy.ts';

const rules = (policy: PasswordPolicy, password: string) =>
  unmetChecks(policy, COMMON_PASSWORDS, password).map(({ rule }) => rule);

// covers: FR-003
describe('classic', () => {
  test.each([
    ['Correct7horse', []],
    ['Aa345678', []],
    ['Aa34567', ['too-short']],
    [`Aa1${'x'.repeat(125)}`, []],
    [`Aa1${'x'.repeat(126)}`, ['too-long']],
    ['correct7horse', ['no-upper-case']],
    ['CORRECT7HORSE', ['no-lower-case']],
    ['CorrectHorse', ['no-digit']],
    ['', ['too-short', 'no-upper-case', 'no-lower-case', 'no-digit']],
    ['Password1', ['common']],
    ['pAssw0rD', ['common']],
    ['Élan٣vital', []],
  ])('classic: %j breaks %j', (password, expected) => {
    expect(rules('classic', password)).toEqual(expected);
  });

  test('the classic policy counts code points, not UTF-16 units', () => {
    expect(rules('classic', 'Aa1🌾🌾🌾🌾')).toEqual(['too-short']);
    expect(rules('classic', 'Aa1🌾🌾🌾🌾🌾')).toEqual([]);
  });
});

// covers: FR-003
describe('nist', () => {
  test.each([
    ['fourteen chars', ['too-short']],
    ['fifteen  chars!', []],
    ['passwordpassword', ['common']],
    ['a'.repeat(129), ['too-long']],
  ])('nist: %j breaks %j', (password, expected) => {
    expect(rules('nist', password)).toEqual(expected);
  });
});

test('every rule of both policies has a requirement to show', () => {
  for (const policy of ['classic', 'nist'] as const)
    for (const { requirement } of passwordChecks(policy, COMMON_PASSWORDS)) expect(requirement).toMatch(/^\S.*[^.\s]$/);
});
