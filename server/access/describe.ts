import type { ClosingRule } from './rule.ts';

/** What rules ask of a caller, in plain words; null when they ask nothing. */
export function describeRules(rules: readonly ClosingRule[]): string | null {
  if (rules.length === 0) return null;
  const words = new Set(['signed in', ...rules.flatMap(wordsOf)]);
  return [...words].join('; ');
}

function wordsOf(rule: ClosingRule): readonly string[] {
  if (rule.kind === 'owner') {
    const roles = rule.orRoles.length > 0 ? `, or role ${rule.orRoles.join(' or ')}` : '';
    return [rule.field === null ? "the caller's own id" : `only the owner${roles}`];
  }
  return [
    ...(rule.roles === null ? [] : [`role ${rule.roles.join(' or ')}`]),
    ...(rule.emailVerified ? ['verified e-mail address'] : []),
    ...(rule.maxAge === null
      ? []
      : [`signed in within the last ${rule.maxAge === 1 ? 'second' : `${rule.maxAge} seconds`}`]),
  ];
}

/** A description that ends with what is asked: explorers and generated documentation show it beside the field. */
export function describedWith(
  description: string | null | undefined,
  rules: readonly ClosingRule[],
): string | null | undefined {
  const words = describeRules(rules);
  if (words === null) return description;
  const access = `Access: ${words}.`;
  return description ? `${description}\n\n${access}` : access;
}
